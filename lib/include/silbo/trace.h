/* SPDX-License-Identifier: MIT */
/*
 * Traces: what a path did, line by line, to be played again.  Parses text in
 * memory; knows no files.
 *
 *   loss    0 or 1 per line and datagram, 1 = lost (the *_is_lost.txt of the
 *           packet-loss-concealment challenges; several digits on a line, with
 *           or without blanks between, are several datagrams)
 *   delay   microseconds per line and datagram, or "lost"
 *   table   microseconds per line, any order: a sample of delays, of which the
 *           quantiles are taken
 *   rate    milliseconds per line, never falling: each line is one chance to
 *           deliver 1500 bytes (Mahimahi); the last is the period
 *
 * Numbers are whole; delays are at most a minute.  Empty lines and lines that
 * begin with # are passed over, blanks around a value too; CR LF is a line end.
 */
#ifndef SILBO_TRACE_H
#define SILBO_TRACE_H

#include <silbo/defs.h>
#include <silbo/err.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_TRACE_LOST (-1)             /* a value of loss and delay traces */
#define SILBO_TRACE_VALUES_MAX (1u << 24) /* 16 M: four days at 50/s */
#define SILBO_TRACE_LINE_MAX 65536        /* bytes, its end included */

enum silbo_trace_kind {
	SILBO_TRACE_LOSS,  /* values 0 or SILBO_TRACE_LOST */
	SILBO_TRACE_DELAY, /* ns, or SILBO_TRACE_LOST */
	SILBO_TRACE_TABLE, /* ns, never falling */
	SILBO_TRACE_RATE   /* ns, never falling; the last is the period */
};

struct silbo_trace {
	enum silbo_trace_kind kind;
	const int64_t *values; /* borrowed: the memory given to parse */
	uint32_t count;        /* at least 1 */
};

/* Where and why a text is not a trace. */
struct silbo_trace_error {
	uint64_t line;   /* 1, 2 ...; 0: the text as a whole */
	const char *why; /* static, what was expected: "milliseconds that never
	                  * fall"; NULL when the text is a trace */
};

/* How many values the text can have at most: those that parse needs memory
 * for.  O(len). */
SILBO_API
uint64_t silbo_trace_values(
    enum silbo_trace_kind kind, const char *text, size_t len);

/*
 * Read a trace.
 *
 *   values, capacity  receive the values; kept by the trace
 *   text, len         not ended by NUL; NUL in it is refused as binary
 *   error             says where and why when it is refused; NULL: not wanted
 *
 * Returns 0; SILBO_ERR_FORMAT; SILBO_ERR_EMPTY; SILBO_ERR_SPACE when capacity
 * is too small; SILBO_ERR_TOO_LARGE above SILBO_TRACE_VALUES_MAX.
 */
SILBO_API
SILBO_MUST_USE
int silbo_trace_parse(struct silbo_trace *trace, int64_t *values,
    size_t capacity, enum silbo_trace_kind kind, const char *text, size_t len,
    struct silbo_trace_error *error);

#ifdef __cplusplus
}
#endif

#endif
