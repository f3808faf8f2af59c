/* SPDX-License-Identifier: MIT */
/*
 * What a reflector of STAMP tells at its end: as text, and as JSON (schema
 * silbo.stamp/1).  Of the sessions those that sent the most.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "report_build.h"
#include "report_line.h"
#include "stamp.h"
#include "units.h"

/* The busiest first; returns how many. */
static unsigned
find_busiest(
    const struct stamp_reflect *s, struct silbo_stamp_session told[STAMP_TOLD])
{
	struct silbo_stamp_report n;
	struct silbo_stamp_session session;
	unsigned count = 0;

	silbo_stamp_reflector_report(s->r, &n);
	for (uint32_t i = 0; i < n.sessions; i++) {
		unsigned at;

		silbo_stamp_reflector_get(s->r, &session, i);
		for (at = count;
		     at > 0 && told[at - 1].received < session.received; at--)
			if (at < STAMP_TOLD)
				told[at] = told[at - 1];
		if (at < STAMP_TOLD)
			told[at] = session;
		if (count < STAMP_TOLD)
			count++;
	}
	return count;
}

static void
tell_refused(FILE *out, const struct silbo_stamp_report *n)
{
	struct report_line line = report_line(out, "refused");

	report_some(&line, (int64_t)n->too_short,
	    "too short: the answer would be longer");
	report_some(&line, (int64_t)n->too_long, "too long");
	report_some(&line, (int64_t)n->bad_port, "from a port below 1024");
	report_some(&line, (int64_t)n->corrupt, "with no error estimate");
	report_some(&line, (int64_t)n->looped, "answers of a reflector");
	report_some(&line, (int64_t)n->withheld, "above a limit of rate");
	report_some(&line, (int64_t)n->table_full, "with no place left");
	report_line_end(&line);
}

void
stamp_tell(const struct stamp_reflect *s, FILE *out, silbo_time now)
{
	struct silbo_stamp_session told[STAMP_TOLD];
	unsigned count = find_busiest(s, told);
	struct silbo_stamp_report n;
	char text[SILBO_ADDR_TEXT_BYTES], span[48];
	struct report_line line;

	silbo_stamp_reflector_report(s->r, &n);
	silbo_addr_text(text, &s->local);
	line = report_line(out, NULL);
	report_part(&line, "reflect %s", text);
	report_part(&line, "%s",
	    units_span(span, sizeof span, (double)(now - s->started) / 1e9));
	report_part(&line, "STAMP, %s, not authenticated",
	    s->stateless ? "stateless" : "stateful");
	report_line_end(&line);
	line = report_line(out, "answered");
	report_part(&line, "%" PRIu64 " of %" PRIu64, n.answered, n.received);
	report_some(&line, (int64_t)s->unsent, "could not be sent");
	report_line_end(&line);
	tell_refused(out, &n);
	for (unsigned i = 0; i < count; i++) {
		line = report_line(out, i == 0 ? "sessions" : "");
		silbo_addr_text(text, &told[i].peer);
		report_part(&line, "%s", text);
		report_part(&line, "%" PRIu64 " of %" PRIu64 " answered",
		    told[i].answered, told[i].received);
		report_line_end(&line);
	}
	if (n.begun > count)
		fprintf(out, "              and %" PRIu64 " more\n",
		    n.begun - count);
}

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
	unsigned count = find_busiest(s, told);
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

static json_t *
build_settings(struct builder *b, const struct stamp_reflect *s)
{
	char listen[SILBO_ADDR_TEXT_BYTES];
	const struct report_setting config[] = {
	    {"listen", listen, 0, 0},
	    {"stateful", NULL, NAN, !s->stateless},
	    {"duration_s", NULL,
		s->duration > 0 ? (double)s->duration / 1e9 : NAN, -1},
	    {"rate", NULL, (double)s->rate, -1},
	    {"total_rate", NULL, (double)s->total_rate, -1},
	    {"sessions", NULL, (double)s->sessions, -1},
	    {.key = NULL},
	};
	const struct report report = {.config = config};

	silbo_addr_text(listen, &s->local);
	return build_config(b, &report);
}

/* The drops of the socket are read only once, here. */
int
stamp_json(const struct stamp_reflect *s, silbo_time now)
{
	const struct report head = {
	    .role = "reflector", .start_wall_ns = s->started_wall};
	struct silbo_udp udp = s->udp;
	struct silbo_stamp_report n;
	struct builder b = {false};
	json_t *root = json_object();
	int status;

	silbo_stamp_reflector_report(s->r, &n);
	build_head(&b, root, "silbo.stamp/1", &head);
	build_put(&b, root, "duration_s",
	    build_real((double)(now - s->started) / 1e9, 3));
	build_put(&b, root, "config", build_settings(&b, s));
	build_put(&b, root, "received", build_count((int64_t)n.received));
	build_put(&b, root, "answered", build_count((int64_t)n.answered));
	build_put(&b, root, "unsent", build_count((int64_t)s->unsent));
	build_put(&b, root, "refused", build_refused(&b, &n));
	build_put(&b, root, "sessions_begun", build_count((int64_t)n.begun));
	build_put(&b, root, "sessions", build_sessions(&b, s));
	build_put(&b, root, "socket_drops",
	    build_count((int64_t)silbo_udp_drops(&udp)));
	build_put(&b, root, "clock_synchronised",
	    build_boolean(s->clock.estimate.synced));
	build_put(&b, root, "error",
	    s->failure != NULL ? build_text(s->failure) : json_null());
	status = build_write(s->json, b.failed ? NULL : root);
	json_decref(root);
	return status;
}
