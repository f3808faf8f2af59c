/* SPDX-License-Identifier: MIT */
/*
 * The fields of a report: where each stands in the JSON, where in the struct,
 * and to how many decimals it is told.  Reading a report back and rounding one
 * go by the same tables.  Private to the report files.
 */
#ifndef SILBO_TOOLS_REPORT_FIELDS_H
#define SILBO_TOOLS_REPORT_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "report.h"

enum report_field_kind {
	REPORT_FIELD_COUNT,   /* int64_t; null is unknown */
	REPORT_FIELD_BOOLEAN, /* int64_t: 1, 0; null is unknown */
	REPORT_FIELD_FLAG,    /* bool */
	REPORT_FIELD_REAL,    /* double, not negative; null is NaN */
	REPORT_FIELD_SIGNED,  /* likewise, and may be negative */
	REPORT_FIELD_TEXT     /* char[room]; null is "" */
};

struct report_field {
	const char *path; /* "packets.lost" from the object of the struct */
	size_t at;        /* offsetof; an absent key leaves it as it is */
	enum report_field_kind kind;
	int decimals; /* of a REAL or SIGNED */
	size_t room;  /* of a TEXT */
};

/* Rows of a table of struct `of`. */
#define REPORT_COUNT(of, path, member)                                      \
	{                                                                   \
		path, offsetof(struct of, member), REPORT_FIELD_COUNT, 0, 0 \
	}
#define REPORT_BOOLEAN(of, path, member)                                      \
	{                                                                     \
		path, offsetof(struct of, member), REPORT_FIELD_BOOLEAN, 0, 0 \
	}
#define REPORT_FLAG(of, path, member)                                      \
	{                                                                  \
		path, offsetof(struct of, member), REPORT_FIELD_FLAG, 0, 0 \
	}
#define REPORT_REAL(of, path, member, decimals)                       \
	{                                                             \
		path, offsetof(struct of, member), REPORT_FIELD_REAL, \
		    decimals, 0                                       \
	}
#define REPORT_SIGNED(of, path, member, decimals)                       \
	{                                                               \
		path, offsetof(struct of, member), REPORT_FIELD_SIGNED, \
		    decimals, 0                                         \
	}
#define REPORT_TEXT(of, path, member)                                    \
	{                                                                \
		path, offsetof(struct of, member), REPORT_FIELD_TEXT, 0, \
		    sizeof(((struct of *)NULL)->member)                  \
	}

/* What a stream is told by; tables of tables, the last is NULL. */
extern const struct report_field *const report_stream_fields[];

/* Of a target of silbo probe, and of each way to it; the last path is NULL. */
extern const struct report_field report_probe_fields[];
extern const struct report_field report_way_fields[];

/* Of an estimate; from the object that holds it as "quality". */
extern const struct report_field report_quality_fields[];

/* Of a prober that was answered. */
extern const struct report_field report_prober_fields[];

/* To the decimals of the JSON: what is told is then the same everywhere. */
void report_fields_round(void *base, const struct report_field *fields);
void report_stream_round(struct report_stream *stream);
void report_probe_round(struct report_probe *probe);

/* Where reading is, for messages. */
struct report_reading {
	const char *path;  /* of the file, quoted */
	const char *where; /* "streams[0]" */
	bool failed;       /* and said */
	bool exhausted;    /* for want of memory: the file may be good */
};

/* Say that there is not enough memory. */
void report_refuse_memory(struct report_reading *reading);

/* Fill in what the object has.  A value of a wrong kind fails, with a message.
 */
void report_fields_read(struct report_reading *reading, void *base,
    const struct report_field *fields, const json_t *object);

/* Is it a whole number that a JSON number can hold, and not negative? */
bool report_is_count(const json_t *value);

/* The value at a path; NULL: it is absent. */
const json_t *report_field_at(const json_t *object, const char *path);

/* Say that what stands there is not what it should be: "a count". */
void report_refuse_field(
    struct report_reading *reading, const char *path, const char *should);

/* Text from a file: printable, and quoted once more where it is not. */
void report_copy_text(char *out, size_t room, const char *text);

#endif
