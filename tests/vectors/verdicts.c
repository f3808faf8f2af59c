/* SPDX-License-Identifier: MIT */
/*
 * What a receiver must refuse, and by which name; a few rows that it must
 * accept stand beside the edge they mark.  Where a datagram has several faults
 * the earliest check names it.
 */
#include "emit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#define LIMIT SILBO_WIRE_NUMBER_MAX
#define KEEP(n) ((n) + 1) /* 0 in a row: all of it */
#define MODE(n) ((n) + 1) /* 0 in a row: the one of its key */
#define MEDIA_TIME UINT64_C(1795000000000000000)

/* Bodies in hex.  OPUS begins with MEDIA_TIME. */
#define TIME "18e91efd5bd38000"
#define OPUS TIME "03c00001000102030405060708"
#define ZEROS_16 "00000000000000000000000000000000"
#define ZEROS_80 ZEROS_16 ZEROS_16 ZEROS_16 ZEROS_16 ZEROS_16
#define INFO_HEAD               \
	TIME "0000000000000000" \
	     "0000000000000000"
#define INFO_TAIL_119 \
	ZEROS_80 ZEROS_16 "0000000000000000000000000000000000000000000000"
#define PROBE TIME "0000000000000000"
#define ECHO_OF(number) \
	ZEROS_16 number ZEROS_16 ZEROS_16 ZEROS_16 ZEROS_16 "0000"
#define INFO_NUMBERS "00000000000000000000000000000001" /* first, next */
#define INFO INFO_HEAD INFO_NUMBERS INFO_TAIL_119 "00"
#define INFO_END                                     \
	INFO_HEAD INFO_NUMBERS ZEROS_16 ZEROS_16     \
	    "0000000000000000"                       \
	    "01" ZEROS_16 ZEROS_16 ZEROS_16 ZEROS_16 \
	    "000000000000000000000000000000"

/* What the receiver took before. */
enum earlier {
	NOTHING,
	KNOWN,  /* the source, by a REPORT */
	SAME,   /* the datagram itself */
	HIGHER, /* the source, by the same type and a number 64 higher */
	FAR,    /* the source, by the same type and number 1029 */
	TWIN,   /* the source, by another type and the same number */
	FIVE,   /* the source, by the same type and number 5 */
	HEARD,  /* the source, by an INFO that announces 1 */
	OTHER,  /* another source, provisional */
	STAYS   /* another source, established: by an END */
};

struct row {
	const char *name;
	char key;          /* that makes the source id, and seals unless: */
	char sealed_by;    /* is named */
	const char *holds; /* keys of the receiver; NULL: the one above */
	uint8_t type;
	unsigned mode; /* MODE(n) */
	uint64_t number;
	const char *body; /* NULL: OPUS */
	enum earlier earlier;
	uint64_t between;   /* then one of this number, refused; 0: none */
	size_t bend_at;     /* after sealing: this byte is bent */
	uint8_t bend;       /* by XOR */
	size_t keep;        /* KEEP(bytes) of the datagram, zeros beyond it */
	bool own;           /* the receiver's own source id */
	size_t limit;       /* 0: 1200 */
	unsigned sources;   /* 0: 64 */
	uint64_t max_age_s; /* 0: any age */
	uint64_t wall_s;    /* the receiver's clock, from MEDIA_TIME */
	enum silbo_verdict verdict;
};

#define SEALED .key = 'a'
#define PLAIN .key = EMIT_PLAIN
#define IS(v) .verdict = SILBO_##v

static const struct row rows[] = {
    {"accepted-sealed", SEALED, IS(ACCEPTED)},
    {"accepted-plain", PLAIN, IS(ACCEPTED)},
    {"accepted-second-key", SEALED, .holds = "cba", IS(ACCEPTED)},
    {"accepted-known", SEALED, .earlier = KNOWN, IS(ACCEPTED)},

    {"oversize-by-1", SEALED, .limit = 60, IS(DROP_OVERSIZE)},
    {"oversize-not", SEALED, .limit = 61, IS(ACCEPTED)},
    {"oversize-before-version", PLAIN, .limit = 30, .bend = 0xf0,
	IS(DROP_OVERSIZE)},

    {"short-0", SEALED, .keep = KEEP(0), IS(DROP_SHORT)},
    {"short-1", SEALED, .keep = KEEP(1), IS(DROP_SHORT)},
    {"short-23", SEALED, .keep = KEEP(23), IS(DROP_SHORT)},
    {"short-23-plain", PLAIN, .keep = KEEP(23), IS(DROP_SHORT)},
    {"short-before-version", PLAIN, .keep = KEEP(8), .bend = 0xf0,
	IS(DROP_SHORT)},

    {"version-0", SEALED, .bend = 0x10, IS(DROP_VERSION)},
    {"version-2", SEALED, .bend = 0x30, IS(DROP_VERSION)},
    {"version-15", PLAIN, .bend = 0xe0, IS(DROP_VERSION)},
    {"version-before-type", PLAIN, .type = 7, .bend = 0x10, IS(DROP_VERSION)},

    {"type-7", SEALED, .type = 7, IS(DROP_TYPE)},
    {"type-8-handshake", SEALED, .type = 8, IS(DROP_TYPE)},
    {"type-15", PLAIN, .type = 15, IS(DROP_TYPE)},
    {"type-before-mode", SEALED, .type = 7, .mode = MODE(0), IS(DROP_TYPE)},

    {"reflected", SEALED, .own = true, IS(DROP_REFLECTED)},
    {"reflected-plain", PLAIN, .own = true, IS(DROP_REFLECTED)},
    {"reflected-before-mode", PLAIN, .mode = MODE(3), .own = true,
	IS(DROP_REFLECTED)},

    {"plain-to-keyed", PLAIN, .holds = "a", IS(DROP_PLAIN)},
    {"plain-by-mode-byte", SEALED, .bend_at = 1, .bend = 1, IS(DROP_PLAIN)},
    {"plain-by-mode-byte-known", SEALED, .earlier = KNOWN, .bend_at = 1,
	.bend = 1, IS(DROP_PLAIN)},
    {"encrypted-to-plain", SEALED, .holds = "", IS(DROP_ENCRYPTED)},
    {"encrypted-by-mode-byte", PLAIN, .mode = MODE(1), IS(DROP_ENCRYPTED)},
    {"mode-2", SEALED, .mode = MODE(2), IS(DROP_MODE)},
    {"mode-3", SEALED, .mode = MODE(3), IS(DROP_MODE)},
    {"mode-255-plain", PLAIN, .mode = MODE(255), IS(DROP_MODE)},
    {"mode-before-limit", PLAIN, .mode = MODE(2), .number = LIMIT + 1,
	IS(DROP_MODE)},

    {"limit-not", SEALED, .number = LIMIT, IS(ACCEPTED)},
    {"limit-not-plain", PLAIN, .number = LIMIT, IS(ACCEPTED)},
    {"limit-by-1", SEALED, .number = LIMIT + 1, IS(DROP_LIMIT)},
    {"limit-by-1-plain", PLAIN, .number = LIMIT + 1, IS(DROP_LIMIT)},
    {"limit-all-ones", SEALED, .number = UINT64_C(0xffffffffffff),
	IS(DROP_LIMIT)},
    {"limit-before-key", SEALED, .holds = "b", .number = LIMIT + 1,
	IS(DROP_LIMIT)},

    {"wrong-key", SEALED, .holds = "b", IS(DROP_WRONG_KEY)},
    {"wrong-key-of-two", SEALED, .holds = "bc", IS(DROP_WRONG_KEY)},
    {"wrong-key-source-8", SEALED, .bend_at = 8, .bend = 0x80,
	IS(DROP_WRONG_KEY)},
    {"wrong-key-source-19", SEALED, .bend_at = 19, .bend = 1,
	IS(DROP_WRONG_KEY)},
    {"wrong-key-check-20", SEALED, .bend_at = 20, .bend = 0x80,
	IS(DROP_WRONG_KEY)},
    {"wrong-key-check-23", SEALED, .earlier = KNOWN, .bend_at = 23, .bend = 1,
	IS(DROP_WRONG_KEY)},
    {"wrong-key-header-only", SEALED, .holds = "b", .keep = KEEP(24),
	IS(DROP_WRONG_KEY)},

    {"auth-type", SEALED, .bend = 1, IS(DROP_AUTH)},
    {"auth-number-2", SEALED, .bend_at = 2, .bend = 0x40, IS(DROP_AUTH)},
    {"auth-number-7", SEALED, .bend_at = 7, .bend = 1, IS(DROP_AUTH)},
    {"auth-number-known", SEALED, .earlier = KNOWN, .bend_at = 7, .bend = 1,
	IS(DROP_AUTH)},
    {"auth-body-first", SEALED, .bend_at = 24, .bend = 0x80, IS(DROP_AUTH)},
    {"auth-body-last", SEALED, .bend_at = 44, .bend = 1, IS(DROP_AUTH)},
    {"auth-tag-first", SEALED, .bend_at = 45, .bend = 1, IS(DROP_AUTH)},
    {"auth-tag-last", SEALED, .bend_at = 60, .bend = 0x80, IS(DROP_AUTH)},
    {"auth-tag-cut", SEALED, .keep = KEEP(60), IS(DROP_AUTH)},
    {"auth-tag-only-less-1", SEALED, .keep = KEEP(39), IS(DROP_AUTH)},
    {"auth-tag-only", SEALED, .keep = KEEP(40), IS(DROP_AUTH)},
    {"auth-header-only", SEALED, .keep = KEEP(24), IS(DROP_AUTH)},
    {"auth-longer", SEALED, .keep = KEEP(62), IS(DROP_AUTH)},
    {"auth-other-key", SEALED, .sealed_by = 'b', IS(DROP_AUTH)},
    {"auth-other-key-held", SEALED, .holds = "ab", .sealed_by = 'b',
	IS(DROP_AUTH)},
    {"auth-before-duplicate", SEALED, .earlier = SAME, .bend_at = 60, .bend = 1,
	IS(DROP_AUTH)},
    {"auth-before-stale", SEALED, .bend_at = 60, .bend = 1, .max_age_s = 60,
	.wall_s = 1000, IS(DROP_AUTH)},

    {"stale-by-1", SEALED, .max_age_s = 60, .wall_s = 61, IS(DROP_STALE)},
    {"stale-not", SEALED, .max_age_s = 60, .wall_s = 60, IS(ACCEPTED)},
    {"stale-plain", PLAIN, .max_age_s = 60, .wall_s = 61, IS(DROP_STALE)},
    {"stale-info", SEALED, .type = 1, .body = INFO, .max_age_s = 60,
	.wall_s = 3600, IS(DROP_STALE)},
    {"stale-probe", SEALED, .type = 5, .body = PROBE, .max_age_s = 60,
	.wall_s = 61, IS(DROP_STALE)},
    {"stale-probe-not", SEALED, .type = 5, .body = PROBE, .max_age_s = 60,
	.wall_s = 60, IS(ACCEPTED)},
    {"stale-timeless", SEALED, .type = 3, .max_age_s = 60, IS(DROP_STALE)},
    {"table-full", SEALED, .earlier = STAYS, .sources = 1, IS(DROP_TABLE_FULL)},
    {"table-full-not", SEALED, .earlier = STAYS, .sources = 2, IS(ACCEPTED)},
    {"table-full-plain", PLAIN, .earlier = STAYS, .sources = 1,
	IS(DROP_TABLE_FULL)},
    {"table-full-not-info", SEALED, .type = 1, .body = INFO, .earlier = STAYS,
	.sources = 1, IS(ACCEPTED)},
    {"table-full-not-by-provisional", SEALED, .earlier = OTHER, .sources = 1,
	IS(ACCEPTED)},

    {"jump-not-first", PLAIN, .number = 1 << 30, IS(ACCEPTED)},
    {"jump-not-3000", PLAIN, .number = 3005, .earlier = FIVE, IS(ACCEPTED)},
    {"jump-3001", PLAIN, .number = 3006, .earlier = FIVE, IS(DROP_JUMP)},
    {"jump-limit", PLAIN, .number = LIMIT, .earlier = FIVE, IS(DROP_JUMP)},
    {"jump-not-sealed", SEALED, .number = LIMIT, .earlier = FIVE, IS(ACCEPTED)},
    {"jump-info", PLAIN, .type = 1, .body = INFO, .number = 3006,
	.earlier = FIVE, IS(DROP_JUMP)},
    {"jump-probe", PLAIN, .type = 5, .body = PROBE, .number = 3006,
	.earlier = FIVE, IS(DROP_JUMP)},
    {"jump-probe-confirmed", PLAIN, .type = 5, .body = PROBE, .number = 90001,
	.earlier = FIVE, .between = 90000, IS(ACCEPTED)},
    {"jump-not-other-type", PLAIN, .type = 4, .body = "", .number = 9000,
	.earlier = KNOWN, IS(ACCEPTED)},
    {"jump-after-info", PLAIN, .number = 3001, .earlier = HEARD, IS(DROP_JUMP)},
    {"jump-after-info-not", PLAIN, .number = 3000, .earlier = HEARD,
	IS(ACCEPTED)},
    {"jump-confirmed", PLAIN, .number = 90001, .earlier = FIVE,
	.between = 90000, IS(ACCEPTED)},
    {"jump-confirmed-after-loss", PLAIN, .number = 93000, .earlier = FIVE,
	.between = 90000, IS(ACCEPTED)},
    {"jump-confirmed-from-below", PLAIN, .number = 89999, .earlier = FIVE,
	.between = 90000, IS(ACCEPTED)},
    {"jump-not-confirmed", PLAIN, .number = 93001, .earlier = FIVE,
	.between = 90000, IS(DROP_JUMP)},
    {"jump-not-confirmed-from-below", PLAIN, .number = 86999, .earlier = FIVE,
	.between = 90000, IS(DROP_JUMP)},
    {"jump-again", PLAIN, .number = 90000, .earlier = FIVE, .between = 90000,
	IS(DROP_JUMP)},
    {"jump-before-bad-body", PLAIN, .body = "", .number = 3006, .earlier = FIVE,
	IS(DROP_JUMP)},

    {"duplicate-data", SEALED, .earlier = SAME, IS(DROP_DUPLICATE)},
    {"duplicate-data-plain", PLAIN, .earlier = SAME, IS(DROP_DUPLICATE)},
    {"duplicate-info", SEALED, .type = 1, .body = INFO, .earlier = SAME,
	IS(DROP_DUPLICATE)},
    {"duplicate-resend", SEALED, .type = 2, .body = "000000000007" OPUS,
	.earlier = SAME, IS(DROP_DUPLICATE)},
    {"duplicate-nack", SEALED, .type = 4, .body = "", .earlier = SAME,
	IS(DROP_DUPLICATE)},
    {"duplicate-probe", SEALED, .type = 5, .body = PROBE, .earlier = SAME,
	IS(DROP_DUPLICATE)},
    {"duplicate-echo-plain", PLAIN, .type = 6, .body = ECHO_OF("000000000001"),
	.earlier = SAME, IS(DROP_DUPLICATE)},
    {"duplicate-before-body", SEALED, .body = "00", .earlier = SAME,
	IS(DROP_DUPLICATE)},
    {"duplicate-not-other-type", SEALED, .number = 5, .earlier = TWIN,
	IS(ACCEPTED)},
    {"old-info", SEALED, .type = 1, .body = INFO, .earlier = HIGHER,
	IS(DROP_OLD)},
    {"old-probe-not", SEALED, .type = 5, .body = PROBE, .earlier = HIGHER,
	IS(ACCEPTED)},
    {"old-probe", SEALED, .type = 5, .number = 5, .body = PROBE, .earlier = FAR,
	IS(DROP_OLD)},
    {"old-probe-by-1-not", SEALED, .type = 5, .number = 6, .body = PROBE,
	.earlier = FAR, IS(ACCEPTED)},
    {"old-echo", SEALED, .type = 6, .number = 5,
	.body = ECHO_OF("000000000001"), .earlier = FAR, IS(DROP_OLD)},
    {"old-report-plain", PLAIN, .type = 3, .number = 1000, .earlier = HIGHER,
	IS(DROP_OLD)},

    {"bad-data-empty", SEALED, .body = "", IS(BAD_BODY)},
    {"bad-data-12", SEALED, .body = TIME "03c00001", IS(BAD_BODY)},
    {"bad-data-12-plain", PLAIN, .body = TIME "03c00001", IS(BAD_BODY)},
    {"bad-data-5-blocks", SEALED, .body = TIME "03c0000105" ZEROS_16,
	IS(BAD_BODY)},
    {"bad-data-block-out", SEALED, .body = TIME "03c0000101010004aabbcc",
	IS(BAD_BODY)},
    {"bad-data-block-prefix", PLAIN, .body = TIME "03c00001010100",
	IS(BAD_BODY)},
    {"bad-data-unpadded", SEALED, .body = TIME "03c0010100aa00", IS(BAD_BODY)},
    {"bad-data-pad-nothing", SEALED, .body = TIME "03c0010100", IS(BAD_BODY)},
    {"bad-info-159", SEALED, .type = 1,
	.body = INFO_HEAD INFO_NUMBERS INFO_TAIL_119, IS(BAD_BODY)},
    {"bad-info-backwards", SEALED, .type = 1,
	.body = INFO_HEAD "00000000000000020000000000000001" INFO_TAIL_119 "00",
	IS(BAD_BODY)},
    {"bad-info-next", SEALED, .type = 1,
	.body = INFO_HEAD "00000000000000000000ffffffffe001" INFO_TAIL_119 "00",
	IS(BAD_BODY)},
    {"bad-resend-number", SEALED, .type = 2, .body = "0000000007",
	IS(BAD_BODY)},
    {"bad-probe-15", SEALED, .type = 5, .body = TIME "00000000000000",
	IS(BAD_BODY)},
    {"bad-probe-not", PLAIN, .type = 5, .body = PROBE, IS(ACCEPTED)},
    {"bad-echo-87", SEALED, .type = 6,
	.body =
	    ZEROS_16 "000000000001" ZEROS_16 ZEROS_16 ZEROS_16 ZEROS_16 "00",
	IS(BAD_BODY)},
    {"bad-echo-number", SEALED, .type = 6, .body = ECHO_OF("ffffffffe000"),
	IS(BAD_BODY)},
    {"bad-echo-not", SEALED, .type = 6, .body = ECHO_OF("ffffffffdfff"),
	IS(ACCEPTED)},
    {"bad-resend-data", PLAIN, .type = 2, .body = "000000000007" TIME,
	IS(BAD_BODY)},
};

static size_t
make_datagram(const struct emit *emit, uint8_t *out, const struct row *row,
    const struct silbo_header *header)
{
	const char *hex = row->body != NULL ? row->body : OPUS;
	char key = row->sealed_by != 0 ? row->sealed_by : row->key;
	size_t bytes;

	if (sodium_hex2bin(out + SILBO_WIRE_HEADER_BYTES, 1024, hex,
		strlen(hex), NULL, &bytes, NULL) != 0)
		abort();
	return emit_seal(emit, out, header, bytes, key);
}

/* One datagram from before, made as the row makes its own but for header. */
static void
write_earlier(
    struct emit *emit, const struct row *row, struct silbo_header header)
{
	uint8_t datagram[EMIT_DATAGRAM_MAX];
	struct row before = *row;

	switch (row->earlier) {
	case NOTHING:
		return;
	case KNOWN:
		header.type = SILBO_TYPE_REPORT;
		header.number = 12345;
		break;
	case SAME:
		break;
	case HIGHER:
		header.number += 64;
		break;
	case FAR:
		header.number = 1029;
		break;
	case TWIN:
		header.type = SILBO_TYPE_REPORT;
		break;
	case FIVE:
		header.number = 5;
		if (header.type == SILBO_TYPE_DATA)
			before.body = OPUS;
		break;
	case HEARD:
		header.type = SILBO_TYPE_INFO;
		before.body = INFO;
		break;
	case STAYS:
		header.type = SILBO_TYPE_INFO;
		before.body = INFO_END;
		header.source = emit_source(emit, row->key);
		break;
	case OTHER:
		header.source = emit_source(emit, row->key);
		break;
	}
	before.sealed_by = 0;
	emit_hex(emit, "earlier", datagram,
	    make_datagram(emit, datagram, &before, &header));
}

/* One datagram that is refused, but for its number the row's own. */
static void
write_between(
    struct emit *emit, const struct row *row, struct silbo_header header)
{
	uint8_t datagram[EMIT_DATAGRAM_MAX];

	if (row->between == 0)
		return;
	header.number = row->between;
	emit_hex(emit, "between", datagram,
	    make_datagram(emit, datagram, row, &header));
}

static uint8_t
mode_of(const struct row *row)
{
	if (row->mode != 0)
		return (uint8_t)(row->mode - 1);
	return row->key == EMIT_PLAIN ? SILBO_MODE_PLAIN : SILBO_MODE_PSK;
}

static const char *
holds(const struct row *row)
{
	if (row->holds != NULL)
		return row->holds;
	return row->key == EMIT_PLAIN ? "" : "a";
}

static void
write_row(struct emit *emit, const struct row *row)
{
	struct silbo_header header = {
	    .type = row->type, .mode = mode_of(row), .number = row->number};
	uint8_t datagram[EMIT_DATAGRAM_MAX] = {0};
	size_t len;

	header.source = emit_source(emit, row->key);
	emit_next(emit);
	fprintf(emit->out,
	    "{\"name\": \"%s\", \"verdict\": \"%s\", \"holds\": \"%s\", "
	    "\"limit\": %zu, \"sources\": %u, \"max_age_s\": %" PRIu64
	    ", \"wall_ns\": \"%" PRIu64 "\"",
	    row->name, silbo_verdict_name(row->verdict), holds(row),
	    row->limit != 0 ? row->limit : 1200,
	    row->sources != 0 ? row->sources : 64, row->max_age_s,
	    MEDIA_TIME + row->wall_s * SILBO_NS_PER_S);
	if (row->own)
		emit_hex(emit, "own", header.source.bytes,
		    sizeof(header.source.bytes));
	write_earlier(emit, row, header);
	write_between(emit, row, header);
	len = make_datagram(emit, datagram, row, &header);
	datagram[row->bend_at] ^= row->bend;
	emit_hex(
	    emit, "datagram", datagram, row->keep != 0 ? row->keep - 1 : len);
	fputc('}', emit->out);
}

void
emit_verdicts(struct emit *emit)
{
	emit_begin(emit, "verdicts");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		write_row(emit, &rows[i]);
	emit_end(emit);
}
