/** What is said while the program that keeps a page's data has not come. */
export const missingWords =
  'What keeps your data on this page could not be loaded: nothing new can be shown or saved. Check the network; it goes on by itself';
