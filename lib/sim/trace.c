/* SPDX-License-Identifier: MIT */
/*
 * Reads traces from text in memory.  Strict: what is not understood is refused
 * with its line, as a trace that was read halfway is a wrong experiment.
 */
#include <silbo/trace.h>

#include <string.h>

/* A minute in microseconds; SILBO_DELAY_MAX of delay.h. */
#define DELAY_US_MAX INT64_C(60000000)

/* Of rate traces: 11 days in milliseconds. */
#define RATE_MS_MAX INT64_C(1000000000)

/* Digits of the largest number, and zeros before it. */
#define DIGITS_MAX 20

struct reader {
	const char *at, *end;
	uint64_t line;
};

struct text {
	const char *at;
	size_t len;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The next line, without blanks around it; false: there is none. */
static bool
next_line(struct reader *reader, struct text *line)
{
	const char *at = reader->at, *lf;
	size_t left = (size_t)(reader->end - at), len;

	if (left == 0)
		return false;
	lf = memchr(at, '\n', left);
	len = lf != NULL ? (size_t)(lf - at) : left;
	reader->at = lf != NULL ? lf + 1 : reader->end;
	reader->line++;
	if (len > 0 && at[len - 1] == '\r')
		len--;
	while (len > 0 && is_blank(*at)) {
		at++;
		len--;
	}
	while (len > 0 && is_blank(at[len - 1]))
		len--;
	*line = (struct text){at, len};
	return true;
}

static bool
holds_values(struct text line)
{
	return line.len > 0 && line.at[0] != '#';
}

uint64_t
silbo_trace_values(enum silbo_trace_kind kind, const char *text, size_t len)
{
	struct reader reader = {text, text + len, 0};
	struct text line;
	uint64_t count = 0;

	while (next_line(&reader, &line)) {
		if (!holds_values(line))
			continue;
		if (kind != SILBO_TRACE_LOSS)
			count++;
		for (size_t i = 0; kind == SILBO_TRACE_LOSS && i < line.len;
		     i++)
			count += !is_blank(line.at[i]);
	}
	return count;
}

/* Where values go. */
struct sink {
	int64_t *values;
	size_t capacity, count;
	enum silbo_trace_kind kind;
};

static int
put(struct sink *sink, int64_t value)
{
	if (sink->count == SILBO_TRACE_VALUES_MAX)
		return SILBO_ERR_TOO_LARGE;
	if (sink->count == sink->capacity)
		return SILBO_ERR_SPACE;
	sink->values[sink->count++] = value;
	return 0;
}

/* A whole number up to max, or -1. */
static int64_t
parse_number(struct text line, int64_t max)
{
	int64_t value = 0;

	if (line.len > DIGITS_MAX)
		return -1;
	for (size_t i = 0; i < line.len; i++) {
		if (line.at[i] < '0' || line.at[i] > '9')
			return -1;
		value = value * 10 + (line.at[i] - '0');
		if (value > max)
			return -1;
	}
	return value;
}

static int
put_losses(struct sink *sink, struct text line, const char **why)
{
	int err = 0;

	for (size_t i = 0; err == 0 && i < line.len; i++) {
		char c = line.at[i];

		if (is_blank(c))
			continue;
		if (c != '0' && c != '1') {
			*why = "0 for received or 1 for lost";
			return SILBO_ERR_FORMAT;
		}
		err = put(sink, c == '1' ? SILBO_TRACE_LOST : 0);
	}
	return err;
}

static int
put_delay(struct sink *sink, struct text line, const char **why)
{
	int64_t us;

	if (sink->kind == SILBO_TRACE_DELAY && line.len == 4 &&
	    memcmp(line.at, "lost", 4) == 0)
		return put(sink, SILBO_TRACE_LOST);
	us = parse_number(line, DELAY_US_MAX);
	if (us >= 0)
		return put(sink, us * (int64_t)SILBO_NS_PER_US);
	*why = sink->kind == SILBO_TRACE_DELAY
	    ? "a whole number of microseconds, 0 to 60000000, or lost"
	    : "a whole number of microseconds, 0 to 60000000";
	return SILBO_ERR_FORMAT;
}

static int
put_chance(struct sink *sink, struct text line, const char **why)
{
	int64_t ns = parse_number(line, RATE_MS_MAX);

	if (ns < 0) {
		*why = "a whole number of milliseconds, 0 to 1000000000";
		return SILBO_ERR_FORMAT;
	}
	ns *= (int64_t)SILBO_NS_PER_MS;
	if (sink->count > 0 && ns < sink->values[sink->count - 1]) {
		*why = "milliseconds that never fall";
		return SILBO_ERR_FORMAT;
	}
	return put(sink, ns);
}

static int
put_line(struct sink *sink, struct text line, const char **why)
{
	if (!holds_values(line))
		return 0;
	switch (sink->kind) {
	case SILBO_TRACE_LOSS:
		return put_losses(sink, line, why);
	case SILBO_TRACE_DELAY:
	case SILBO_TRACE_TABLE:
		return put_delay(sink, line, why);
	case SILBO_TRACE_RATE:
		return put_chance(sink, line, why);
	}
	*why = "a kind of trace: loss, delay, table or rate";
	return SILBO_ERR_FORMAT;
}

/* Let the value at i sink to its place among those before end. */
static void
sift(int64_t *values, size_t i, size_t end)
{
	int64_t value = values[i];

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= end)
			break;
		if (child + 1 < end && values[child + 1] > values[child])
			child++;
		if (values[child] <= value)
			break;
		values[i] = values[child];
		i = child;
	}
	values[i] = value;
}

/* Heapsort: in place and without the C library's qsort, which may allocate. */
static void
sort(int64_t *values, size_t count)
{
	for (size_t i = count / 2; i > 0; i--)
		sift(values, i - 1, count);
	for (size_t end = count; end > 1; end--) {
		int64_t top = values[0];

		values[0] = values[end - 1];
		values[end - 1] = top;
		sift(values, 0, end - 1);
	}
}

static int
read_lines(struct sink *sink, struct reader *reader, const char **why)
{
	const char *before;
	struct text line;
	int err = 0;

	for (before = reader->at; err == 0 && next_line(reader, &line);
	     before = reader->at) {
		size_t len = (size_t)(reader->at - before);

		if (memchr(before, '\0', len) != NULL) {
			*why = "text: a NUL says that this is binary";
			return SILBO_ERR_FORMAT;
		}
		if (len > SILBO_TRACE_LINE_MAX) {
			*why = "a line of at most 65536 bytes";
			return SILBO_ERR_FORMAT;
		}
		err = put_line(sink, line, why);
	}
	return err;
}

/* What only the whole can tell. */
static int
finish(struct sink *sink, const char **why)
{
	if (sink->count == 0) {
		*why = "at least one value";
		return SILBO_ERR_EMPTY;
	}
	if (sink->kind == SILBO_TRACE_RATE &&
	    sink->values[sink->count - 1] == 0) {
		*why = "a last value above 0, which is the period";
		return SILBO_ERR_FORMAT;
	}
	if (sink->kind == SILBO_TRACE_TABLE)
		sort(sink->values, sink->count);
	return 0;
}

int
silbo_trace_parse(struct silbo_trace *trace, int64_t *values, size_t capacity,
    enum silbo_trace_kind kind, const char *text, size_t len,
    struct silbo_trace_error *error)
{
	struct sink sink = {values, capacity, 0, kind};
	struct reader reader = {text, text + len, 0};
	struct silbo_trace_error found = {0};
	int err = read_lines(&sink, &reader, &found.why);

	if (err == SILBO_ERR_SPACE)
		found.why = "memory for all values";
	else if (err == SILBO_ERR_TOO_LARGE)
		found.why = "at most 16777216 values";
	else if (err != 0)
		found.line = reader.line;
	else
		err = finish(&sink, &found.why);
	if (error != NULL)
		*error = found;
	if (err != 0)
		return err;
	*trace = (struct silbo_trace){kind, values, (uint32_t)sink.count};
	return 0;
}
