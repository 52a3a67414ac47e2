/*
 * The typed interface for C: no library, no compiler flags besides those in docs/webassembly.md.
 */
#ifndef TESTUDO_H
#define TESTUDO_H

typedef unsigned int u32;

enum testudo_status { TESTUDO_RESULT = 0, TESTUDO_ERROR = 1, TESTUDO_SERVICE = 2, TESTUDO_COMPENSATE = 3 };

/* What every function answers with the address of: three words. */
struct testudo_answer {
  u32 status;
  const char *at;
  u32 length;
};

/* Makes a function of the module one that the host may call, under this name. */
#define TESTUDO_EXPORT(name) __attribute__((export_name(#name)))

/* Asks for a function of the host's; the sidecar must declare it as `testudo.<name>`. */
#define TESTUDO_IMPORT(name) __attribute__((import_module("testudo"), import_name(#name)))

TESTUDO_IMPORT(log) void testudo_log(const char *at, u32 length);

/* One call at a time, so one buffer is enough for what comes in, and one for what goes out. */
#define TESTUDO_ROOM 16384
static char testudo_input[TESTUDO_ROOM];
static char testudo_output[TESTUDO_ROOM];
static struct testudo_answer testudo_last;

TESTUDO_EXPORT(testudo_alloc) char *testudo_alloc(u32 length) {
  return length <= TESTUDO_ROOM ? testudo_input : 0;
}

static struct testudo_answer *testudo_answer(u32 status, u32 length) {
  testudo_last.status = status;
  testudo_last.at = testudo_output;
  testudo_last.length = length;
  return &testudo_last;
}

/* Appends a text to the output; gives the length after it. */
static u32 testudo_put(u32 length, const char *text) {
  while (*text && length < TESTUDO_ROOM) testudo_output[length++] = *text++;
  return length;
}

/* Appends a whole number. */
static u32 testudo_put_number(u32 length, u32 number) {
  char digits[10];
  int count = 0;
  do digits[count++] = (char)('0' + number % 10);
  while (number /= 10);
  while (count > 0 && length < TESTUDO_ROOM) testudo_output[length++] = digits[--count];
  return length;
}

/* The whole number that follows the first "key": of the input, or another one where there is none. */
static u32 testudo_number(const char *json, u32 length, const char *key, u32 otherwise) {
  for (u32 at = 0; at + 3 < length; at++) {
    if (json[at] != '"') continue;
    u32 from = at + 1, index = 0;
    while (key[index] && from + index < length && json[from + index] == key[index]) index++;
    from += index;
    if (key[index] || from + 1 >= length || json[from] != '"' || json[from + 1] != ':') continue;
    u32 number = 0, digits = 0;
    for (from += 2; from < length && json[from] >= '0' && json[from] <= '9'; from++, digits++)
      number = number * 10 + (u32)(json[from] - '0');
    return digits ? number : otherwise;
  }
  return otherwise;
}

#endif
