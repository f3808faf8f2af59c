/* SPDX-License-Identifier: MIT */
#include "playout_world.h"

#define ORIGIN 1000000 /* numbers of events that are not payloads */
#define JOINED 1000001
#define END 1000002

/* At `ms` this payload, or what its number says, comes. */
struct event {
	double ms;
	uint64_t number;
	int64_t sample;
	uint16_t duration;
	uint8_t flags;
};

#define P(ms, n)                       \
	{                              \
		ms, n, (n)*960, 960, 0 \
	}
#define F(ms, n, flags)                    \
	{                                  \
		ms, n, (n)*960, 960, flags \
	}
#define Q(ms, n, sample, duration)         \
	{                                  \
		ms, n, sample, duration, 0 \
	}
#define STOP                   \
	{                      \
		-1, 0, 0, 0, 0 \
	}

/* "played concealed paused(samples) late overflow underruns resyncs" */
struct row {
	const char *name;
	double delay_ms, until_ms;
	uint32_t frames;
	struct event events[24];
	const char *frames_text;
	const char *counts_text;
};

/* One frame of 20 ms is 8 units of 120 samples. */
static const struct row rows[] = {
    {"1 in order", 60, 100, 64, {P(0, 0), P(20, 1), P(40, 2), STOP},
	"N0@0+8 N1@8+8", "2 0 0 0 0 0 0"},
    {"2 one lost in the middle", 60, 121, 64,
	{P(0, 5), P(20, 6), P(60, 8), STOP}, "N5@0+8 N6@8+8 C7@16+8>1 N8@24+8",
	"3 1 0 0 0 0 0"},
    {"3 a burst of three lost", 100, 181, 64, {P(0, 0), P(80, 4), STOP},
	"N0@0+8 C1@8+8>3 C2@16+8>2 C3@24+8>1 N4@32+8", "2 3 0 0 0 0 0"},
    {"4 reordered within the delay", 60, 121, 64,
	{P(0, 0), P(45, 2), P(46, 1), P(60, 3), STOP},
	"N0@0+8 N1@8+8 N2@16+8 N3@24+8", "4 0 0 0 0 0 0"},
    {"5 the first two swapped: the start follows the lower", 60, 101, 64,
	{P(20, 1), P(25, 0), P(40, 2), STOP}, "N0@0+8 N1@8+8 N2@16+8",
	"3 0 0 0 0 0 0"},
    {"6 a smaller transit before the start moves the clock", 60, 86, 64,
	{P(15, 0), P(25, 1), STOP}, "N0@0+8 N1@8+8", "2 0 0 0 0 0 0"},
    {"7 after the start it does not", 40, 81, 64,
	{P(20, 0), P(40, 1), P(61, 2), P(62, 3), STOP}, "N0@0+8 N1@8+8",
	"2 0 0 0 0 0 0"},
    {"8 on time by 0 ns", 60, 81, 64, {P(0, 0), P(80, 1), STOP},
	"N0@0+8 N1@8+8", "2 0 0 0 0 0 0"},
    {"9 late by 1 ns", 60, 81, 64, {P(0, 0), P(80.000001, 1), STOP},
	"N0@0+8 C1@8+8", "1 0 0 1 0 1 0"},
    {"10 head lost, origin known: concealed", 60, 101, 64,
	{Q(0, ORIGIN, 0, 0), P(40, 2), STOP}, "C0@0+8>2 C1@8+8>1 N2@16+8",
	"1 2 0 0 0 0 0"},
    {"11 head lost, origin unknown: begins later", 60, 101, 64,
	{P(40, 2), STOP}, "N2@0+8", "1 0 0 0 0 0 0"},
    {"12 joined late: positions count from the origin", 60, 101, 64,
	{Q(0, JOINED, -9600, 0), P(40, 2), STOP}, "N2@96+8", "1 0 0 0 0 0 0"},
    {"13 an origin behind the first payload is none", 60, 101, 64,
	{Q(0, ORIGIN, 4800, 0), P(40, 2), STOP}, "N2@0+8", "1 0 0 0 0 0 0"},
    {"14 an origin older than our listening is no head", 60, 101, 64,
	{Q(0, ORIGIN, -96000, 0), P(40, 2), STOP}, "N2@816+8", "1 0 0 0 0 0 0"},
    {"15 tail lost, END known: concealed to the sample", 60, 300, 64,
	{P(0, 0), P(20, 1), Q(70, END, 3000, 0), STOP},
	"N0@0+8 N1@8+8 C2@16+8 C3@24+1 D", "2 2 0 0 0 0 0"},
    {"16 tail lost, END unknown: made up, not counted", 60, 130, 64,
	{P(0, 0), P(20, 1), STOP}, "N0@0+8 N1@8+8 C2@16+8 C3@24+8",
	"2 0 0 0 0 1 0"},
    {"17 END cuts the last payload", 60, 200, 64,
	{P(0, 0), P(20, 1), Q(21, END, 1200, 0), STOP}, "N0@0+8 N1@8+2 D",
	"2 0 0 0 0 0 0"},
    {"18 END before the missing payloads", 60, 200, 64,
	{P(0, 0), Q(5, END, 2880, 0), P(30, 2), P(35, 1), STOP},
	"N0@0+8 N1@8+8 N2@16+8 D", "3 0 0 0 0 0 0"},
    {"19 END counts from the origin, not from the first payload", 60, 200, 64,
	{Q(0, JOINED, -960, 0), P(0, 0), P(1, 1), Q(5, END, 1920, 0), STOP},
	"N0@8+8 D", "1 0 0 0 0 0 0"},
    {"20 END with less than was handed out: done at once", 60, 101, 64,
	{P(0, 0), P(20, 1), P(40, 2), Q(90, END, 100, 0), STOP},
	"N0@0+8 N1@8+8 D", "2 0 0 0 0 0 0"},
    {"21 what is behind the end is ignored", 60, 200, 64,
	{P(0, 0), Q(5, END, 960, 0), P(20, 1), STOP}, "N0@0+8 D",
	"1 0 0 0 0 0 0"},
    {"22 a pause is no loss", 60, 180, 64,
	{P(0, 0), F(20, 1, SILBO_DATA_PAUSE), Q(110, 2, 4800, 960), STOP},
	"N0@0+8 N1@8+8 P2@16+8 P2@24+8 P2@32+8 N2@40+8", "3 0 2880 0 0 0 0"},
    {"23 a loss after a pause is one again", 60, 141, 64,
	{F(0, 0, SILBO_DATA_PAUSE), P(50, 2), P(80, 4), STOP},
	"N0@0+8 P1@8+8 N2@16+8 C3@24+8>1 N4@32+8", "3 1 960 0 0 0 0"},
    {"24 a pause lasts to the end", 60, 200, 64,
	{F(0, 0, SILBO_DATA_PAUSE), Q(30, END, 2040, 0), STOP},
	"N0@0+8 P1@8+8 P1@16+1 D", "1 0 1080 0 0 0 0"},
    {"25 durations change from 2.5 to 60 ms", 60, 127, 64,
	{Q(0, 0, 0, 120), Q(2, 1, 120, 120), Q(60, 2, 240, 2880),
	    Q(70, 3, 3120, 120), STOP},
	"N0@0+1 N1@1+1 N2@2+24 N3@26+1", "4 0 0 0 0 0 0"},
    {"26 a gap shorter than the last duration", 60, 123, 64,
	{Q(0, 0, 0, 2880), Q(63, 2, 3000, 120), STOP},
	"N0@0+24 C1@24+1>1 N2@25+1", "2 1 0 0 0 0 0"},
    {"27 a gap that is no multiple", 100, 161, 64,
	{P(0, 0), Q(60, 3, 2760, 960), STOP},
	"N0@0+8 C1@8+8>2 C2@16+7>1 N3@23+8", "2 2 0 0 0 0 0"},
    {"28 ring overflow", 200, 280, 4,
	{P(0, 0), P(20, 1), P(40, 2), P(60, 3), P(80, 4), P(100, 5), STOP},
	"N0@0+8 N1@8+8 N2@16+8 N3@24+8", "4 0 0 0 2 0 0"},
    {"29 the ring makes room as it is emptied", 60, 200, 2,
	{P(0, 0), P(20, 1), P(70, 2), P(90, 3), STOP},
	"N0@0+8 N1@8+8 N2@16+8 N3@24+8 C4@32+8 C5@40+8 C6@48+8",
	"4 0 0 0 0 1 0"},
    {"30 a payload inside another's time is late", 60, 101, 64,
	{Q(0, 0, 0, 1920), Q(20, 1, 960, 960), Q(40, 2, 1920, 960), STOP},
	"N0@0+16 N2@16+8", "2 0 0 1 0 0 0"},
    {"31 of two for one position only the first", 60, 81, 64,
	{P(0, 0), Q(1, 1, 0, 960), STOP}, "N0@0+8 C1@8+8", "1 0 0 1 0 1 0"},
    {"32 no delay at all", 0, 41, 64, {P(0, 0), P(20, 1), P(40, 2), STOP},
	"N0@0+8 N1@8+8 N2@16+8", "3 0 0 0 0 0 0"},
    {"33 nothing but END: what we can have heard is concealed", 60, 5000, 64,
	{Q(0, ORIGIN, 0, 0), Q(50, END, 2040, 0), STOP},
	"C0@0+8 C1@8+8 C2@16+1 D", "0 3 0 0 0 0 0"},
    {"34 nothing but END, joined late: done", 60, 100, 64,
	{Q(0, JOINED, 0, 0), Q(50, END, 2000, 0), STOP}, "", "0 0 0 0 0 0 0"},
    {"35 duration 0 goes out at once, lowest number first", 60, 61, 64,
	{Q(0, 2, 0, 0), Q(0, 1, 0, 0), Q(9, 0, 0, 0), Q(9, 9, 0, 0), STOP},
	"N1@0+0 N2@0+0 N0@0+0 N9@0+0", "4 0 0 0 0 0 0"},
    {"36 duration 0 between others disturbs nothing", 60, 81, 64,
	{P(0, 0), Q(1, 1, 0, 0), Q(20, 2, 960, 960), STOP},
	"N1@0+0 N0@0+8 N2@8+8", "3 0 0 0 0 0 0"},
    {"37 the same number twice is stored once", 60, 61, 64,
	{P(0, 0), P(1, 0), STOP}, "N0@0+8", "1 0 0 0 0 0 0"},
    {"38 END first, then what it speaks of", 60, 130, 64,
	{Q(0, ORIGIN, 0, 0), Q(40, END, 1920, 0), P(41, 1), STOP},
	"C0@0+8>1 N1@8+8 D", "1 1 0 0 0 0 0"},
    {"39 an end far behind is 5 s behind what comes now", 60, 9000, 64,
	{Q(0, 0, 0, 57600), Q(1260, END, 57600 * 100, 0), STOP},
	"N0@0+480 C1@480+480 C2@960+480 C3@1440+480 C4@1920+480 C5@2400+104 D",
	"1 5 0 0 0 0 0"},
    {"40 it runs empty twice", 20, 141, 64, {P(0, 0), P(60, 3), STOP},
	"N0@0+8 C1@8+8 C2@16+8>1 N3@24+8 C4@32+8 C5@40+8 C6@48+8",
	"2 2 0 0 0 2 0"},
    {"41 an END below the first payload waits for those below it", 60, 200, 64,
	{Q(0, JOINED, 0, 0), P(50, 1), Q(55, END, 960, 0), P(56, 0), STOP},
	"N0@0+8 D", "1 0 0 0 0 0 0"},
    {"42 END, joined late: duration 0 still goes out before it", 60, 100, 64,
	{Q(0, JOINED, 0, 0), Q(0, 3, 0, 0), Q(0, END, 2000, 0), STOP},
	"N3@0+0 D", "1 0 0 0 0 0 0"},
};

static void
apply(struct world *w, const struct event *e)
{
	silbo_time since = e->number == ORIGIN ? w->now : SILBO_TIME_NEVER;

	if (e->number == ORIGIN || e->number == JOINED)
		silbo_playout_on_origin(
		    w->playout, world_media(w, e->sample), since, w->now);
	else if (e->number == END)
		silbo_playout_on_end(w->playout, (uint64_t)e->sample, w->now);
	else
		(void)world_put_media(w, e->number, world_media(w, e->sample),
		    e->duration, e->flags);
}

static void
play_row(const struct row *row, uint64_t media_zero, silbo_time start)
{
	struct silbo_playout_report r;
	struct world w;
	char counts[80];

	world_open(&w, media_zero, start, (silbo_time)(row->delay_ms * 1e6),
	    row->frames);
	for (const struct event *e = row->events; e->ms >= 0; e++) {
		world_run(&w, start + (silbo_time)(e->ms * 1e6 + 0.5));
		apply(&w, e);
	}
	world_run(&w, start + (silbo_time)(row->until_ms * 1e6));
	r = world_report(&w);
	snprintf(counts, sizeof(counts), "%d %d %d %d %d %d %d", (int)r.played,
	    (int)r.concealed, (int)r.paused_samples, (int)r.late,
	    (int)r.overflow, (int)r.underruns, (int)r.resyncs);
	if (strcmp(w.text, row->frames_text) != 0 ||
	    strcmp(counts, row->counts_text) != 0)
		print_error("row %s, media time from %llu:\n", row->name,
		    (unsigned long long)media_zero);
	assert_string_equal(w.text, row->frames_text);
	assert_string_equal(counts, row->counts_text);
	world_close(&w);
}

static void
every_row_is_handed_out_as_the_table_says(void **state)
{
	static const uint64_t zeros[] = {0, 1795000000000000000u,
	    (UINT64_C(1) << 63) - 20860000000u, UINT64_MAX - 20860000000u};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		for (size_t z = 0; z < 4; z++)
			play_row(&rows[i], zeros[z], 1 + z * 1000000007);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_row_is_handed_out_as_the_table_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
