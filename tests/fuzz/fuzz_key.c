/* SPDX-License-Identifier: MIT */
/*
 * The text of a key file.  Whatever it is: keys or a reason, the line that is
 * refused exists, and refused text leaves no key behind.  A key that was
 * accepted is accepted again from a file of its own lines.
 */
#include <sodium.h>

#include <silbo/key.h>

#include "fuzz.h"

static unsigned
count_lines(const char *text, size_t len)
{
	unsigned lines = 1;

	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n';
	return lines;
}

/* With CR before each LF it is the same file. */
static void
check_carriage_returns(
    const struct silbo_key *keys, int count, const char *text, size_t len)
{
	static char crlf[2 * SILBO_KEY_FILE_BYTES_MAX];
	struct silbo_key again[SILBO_KEYS_MAX];
	unsigned line;
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r'))
			crlf[n++] = '\r';
		crlf[n++] = text[i];
	}
	if (n > SILBO_KEY_FILE_BYTES_MAX)
		return;
	must(silbo_key_parse(again, SILBO_KEYS_MAX, &line, crlf, n) == count);
	must(memcmp(again, keys, (size_t)count * sizeof(keys[0])) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct silbo_key keys[SILBO_KEYS_MAX];
	const char *text = (const char *)in;
	unsigned line = 77;
	int count;

	memset(keys, 0x5a, sizeof(keys));
	count = silbo_key_parse(keys, SILBO_KEYS_MAX, &line, text, len);
	if (count > 0) {
		must(count <= SILBO_KEYS_MAX && line == 0);
		check_carriage_returns(keys, count, text, len);
		return 0;
	}
	must(sodium_is_zero((uint8_t *)keys, sizeof(keys)));
	if (len > SILBO_KEY_FILE_BYTES_MAX)
		must(count == SILBO_ERR_TOO_LARGE && line == 0);
	else if (count == SILBO_ERR_KEY || count == SILBO_ERR_SPACE)
		must(line >= 1 && line <= count_lines(text, len));
	else
		must(count == SILBO_ERR_EMPTY && line == 0);
	return 0;
}
