/*
 * A whole model in C: a parcel, what its freight costs, and the port that reckons it.
 */
#include "testudo.h"

static const char description[] =
  "{\"modelName\":\"freight\",\"endpoint\":\"freights\",\"domain\":\"shipping\","
  "\"ports\":{\"quote\":{\"type\":\"outbound\",\"consumesEvent\":\"freightCreated\","
  "\"producesEvent\":\"freightQuoted\",\"keys\":\"cents\"}},"
  "\"commands\":{\"express\":{\"acl\":[\"write\"]}},"
  "\"accessControlList\":{\"create\":[\"tenant\"],\"read\":[\"owner\"],\"write\":[\"owner\"]}}";

TESTUDO_EXPORT(testudo_describe) struct testudo_answer *describe(const char *input, u32 length) {
  (void)input;
  (void)length;
  return testudo_answer(TESTUDO_RESULT, testudo_put(0, description));
}

static struct testudo_answer *refuse(const char *message) {
  u32 length = testudo_put(0, "{\"code\":\"VALIDATION\",\"message\":\"");
  return testudo_answer(TESTUDO_ERROR, testudo_put(testudo_put(length, message), "\"}"));
}

/* The model's rule: called with every new state. */
TESTUDO_EXPORT(validate) struct testudo_answer *validate(const char *input, u32 length) {
  if (testudo_number(input, length, "grams", 0) == 0) return refuse("a freight must weigh something");
  return testudo_answer(TESTUDO_RESULT, 0);
}

/* The command: the changes that it makes. */
TESTUDO_EXPORT(express) struct testudo_answer *express(const char *input, u32 length) {
  u32 cents = testudo_number(input, length, "cents", 0);
  u32 end = testudo_put_number(testudo_put(0, "{\"express\":true,\"cents\":"), cents * 2);
  return testudo_answer(TESTUDO_RESULT, testudo_put(end, "}"));
}

/* The port, which this module serves itself: 3.90 and 10 cents for each 100 g begun. */
TESTUDO_EXPORT(quote) struct testudo_answer *quote(const char *input, u32 length) {
  static const char told[] = "freight: quoted";
  u32 grams = testudo_number(input, length, "grams", 0);
  testudo_log(told, sizeof told - 1);
  u32 end = testudo_put_number(testudo_put(0, "{\"cents\":"), 390 + (grams + 99) / 100 * 10);
  return testudo_answer(TESTUDO_RESULT, testudo_put(end, "}"));
}
