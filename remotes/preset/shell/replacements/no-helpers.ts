/** Takes the place of Module Federation's inner functions for the authors of plugins: no plugin here is another's. */
export default {};
