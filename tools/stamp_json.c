/* SPDX-License-Identifier: MIT */
/*
 * What a reflector of STAMP tells programs: the report as JSON (schema
 * silbo.stamp/1), and the same while it runs, an interval a second.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "report_build.h"
#include "run.h"
#include "stamp.h"

#define SCHEMA "silbo.stamp/1"

static json_t *
build_refused(struct builder *b, const struct silbo_stamp_report *n)
{
	const struct {
		const char *key;
		uint64_t count;
	} rows[] = {{"too_short", n->too_short}, {"too_long", n->too_long},
	    {"bad_port", n->bad_port}, {"corrupt", n->corrupt},
	    {"looped", n->looped}, {"withheld", n->withheld},
	    {"table_full", n->table_full}};
	json_t *object = json_object();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		build_put(b, object, rows[i].key,
		    build_count((int64_t)rows[i].count));
	return object;
}

static json_t *
build_sessions(struct builder *b, const struct stamp_reflect *s)
{
	struct silbo_stamp_session told[STAMP_TOLD];
	unsigned count = stamp_busiest(s, told);
	json_t *sessions = json_array();

	for (unsigned i = 0; i < count; i++) {
		json_t *object = json_object();
		char text[SILBO_ADDR_TEXT_BYTES];

		silbo_addr_text(text, &told[i].peer);
		build_put(b, object, "peer", build_text(text));
		build_put(b, object, "received",
		    build_count((int64_t)told[i].received));
		build_put(b, object, "answered",
		    build_count((int64_t)told[i].answered));
		build_put(b, object, "withheld",
		    build_count((int64_t)told[i].withheld));
		build_append(b, sessions, object);
	}
	return sessions;
}

/* What begins a report, and what it borrows from. */
struct head {
	struct report report;
	struct report_setting config[7];
	char listen[SILBO_ADDR_TEXT_BYTES];
};

static void
describe(const struct stamp_reflect *s, struct head *head)
{
	double duration = (double)s->duration / 1e9;
	const struct report_setting config[] = {
	    {"listen", head->listen, 0, 0},
	    {"stateful", NULL, NAN, !s->stateless},
	    {"duration_s", NULL, s->duration > 0 ? duration : NAN, -1},
	    {"rate", NULL, (double)s->rate, -1},
	    {"total_rate", NULL, (double)s->total_rate, -1},
	    {"sessions", NULL, (double)s->sessions, -1},
	    {.key = NULL},
	};

	_Static_assert(sizeof config == sizeof head->config, "room");
	silbo_addr_text(head->listen, &s->local);
	memcpy(head->config, config, sizeof config);
	head->report = (struct report){.role = "reflector",
	    .start_wall_ns = s->started_wall,
	    .config = head->config};
}

static double
elapsed(const struct stamp_reflect *s, silbo_time now)
{
	return (double)(now - s->started) / 1e9;
}

static json_t *
build(struct builder *b, const struct stamp_reflect *s, silbo_time now)
{
	json_t *root = json_object();
	struct silbo_stamp_report n;
	struct head head;

	describe(s, &head);
	silbo_stamp_reflector_report(s->r, &n);
	build_head(b, root, SCHEMA, &head.report);
	build_put(b, root, "duration_s", build_real(elapsed(s, now), 3));
	build_put(b, root, "config", build_config(b, &head.report));
	build_put(b, root, "received", build_count((int64_t)n.received));
	build_put(b, root, "answered", build_count((int64_t)n.answered));
	build_put(b, root, "unsent", build_count((int64_t)s->unsent));
	build_put(b, root, "refused", build_refused(b, &n));
	build_put(b, root, "sessions_begun", build_count((int64_t)n.begun));
	build_put(b, root, "sessions", build_sessions(b, s));
	build_put(b, root, "socket_drops", build_count((int64_t)s->drops));
	build_put(b, root, "clock_synchronised",
	    build_boolean(s->clock.estimate.synced));
	build_put(b, root, "error",
	    s->failure != NULL ? build_text(s->failure) : json_null());
	return root;
}

int
stamp_json(const struct stamp_reflect *s, silbo_time now)
{
	struct builder b = {false};
	json_t *root = build(&b, s, now);
	int status = build_write(s->json, b.failed ? NULL : root);
	int reason = errno;

	json_decref(root);
	errno = reason;
	return status;
}

void
stamp_events_start(struct stamp_reflect *s)
{
	struct head head;

	describe(s, &head);
	events_start_as(&s->events, SCHEMA, &head.report);
	s->interval_at = s->events_path != NULL ? s->started + SILBO_NS_PER_S
						: SILBO_TIME_NEVER;
}

/* What was since the last one: counts that only grow, each less what it was. */
static struct silbo_stamp_report
take_news(struct stamp_reflect *s)
{
	struct silbo_stamp_report all, n;

	silbo_stamp_reflector_report(s->r, &all);
	n = (struct silbo_stamp_report){
	    .received = all.received - s->told.received,
	    .answered = all.answered - s->told.answered,
	    .too_short = all.too_short - s->told.too_short,
	    .too_long = all.too_long - s->told.too_long,
	    .bad_port = all.bad_port - s->told.bad_port,
	    .corrupt = all.corrupt - s->told.corrupt,
	    .looped = all.looped - s->told.looped,
	    .table_full = all.table_full - s->told.table_full,
	    .withheld = all.withheld - s->told.withheld,
	    .begun = all.begun - s->told.begun,
	};
	s->told = all;
	return n;
}

void
stamp_events_interval(struct stamp_reflect *s, silbo_time now)
{
	uint64_t gone = (now - s->started) / SILBO_NS_PER_S;
	struct builder b = {false};
	struct silbo_stamp_report n;
	json_t *figures;

	s->drops = silbo_udp_drops(&s->udp);
	if (s->events_path == NULL)
		return;
	n = take_news(s);
	figures = json_object();
	build_put(&b, figures, "received", build_count((int64_t)n.received));
	build_put(&b, figures, "answered", build_count((int64_t)n.answered));
	build_put(&b, figures, "unsent",
	    build_count((int64_t)(s->unsent - s->told_unsent)));
	build_put(&b, figures, "refused", build_refused(&b, &n));
	build_put(&b, figures, "sessions_begun", build_count((int64_t)n.begun));
	build_put(&b, figures, "socket_drops",
	    build_count((int64_t)(s->drops - s->told_drops)));
	events_figures(&s->events, &b, elapsed(s, now), figures);
	s->told_unsent = s->unsent;
	s->told_drops = s->drops;
	s->interval_at = s->started + (gone + 1) * SILBO_NS_PER_S;
}

bool
stamp_events_end(struct stamp_reflect *s, silbo_time now)
{
	silbo_time wait = s->stopped ? RUN_CLOSE_STOPPED : RUN_CLOSE_DONE;
	struct builder b = {false};
	json_t *report = NULL;

	if (s->events_path != NULL)
		report = build(&b, s, now);
	return events_end_as(&s->events, &b, report, silbo_clock_now() + wait);
}
