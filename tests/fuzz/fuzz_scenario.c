/* SPDX-License-Identifier: MIT */
/*
 * Any text as a scenario.  Whatever it is: refused, or links that can be, with
 * phases that rise; and what is echoed says the same again, to the letter.  No
 * file is opened: the traces are those of this program.
 */
#include "fuzz.h"
#include "scenario.h"

#define LINE_MAX_BYTES 198 /* longer ones are refused: inih's buffer */

static FILE *nowhere;

/* In place of tools/traces.c: whatever begins with t is a trace. */
void
traces_init(struct traces *traces, const char *directory)
{
	(void)directory;
	memset(traces, 0, sizeof(*traces));
}

const struct silbo_trace *
traces_get(struct traces *traces, char *why, size_t cap,
    enum silbo_trace_kind kind, const char *path)
{
	static const int64_t values[] = {0, 1000};
	static const struct silbo_trace all[] = {
	    {SILBO_TRACE_LOSS, values, 1},
	    {SILBO_TRACE_DELAY, values, 2},
	    {SILBO_TRACE_TABLE, values, 2},
	    {SILBO_TRACE_RATE, values, 2},
	};

	(void)traces;
	must(path[0] != '\0' && strlen(path) < 256);
	snprintf(why, cap, "there are no files here");
	return path[0] == 't' ? &all[kind] : NULL;
}

void
traces_close(struct traces *traces)
{
	(void)traces;
}

/* What is said of a text belongs to the tests. */
static bool
read_quietly(struct scenario *s, const char *text)
{
	FILE *kept = stderr;
	bool read;

	scenario_init(s);
	stderr = nowhere;
	read = scenario_parse(s, text) && scenario_finish(s);
	stderr = kept;
	return read;
}

static void
check_links(const struct scenario *s)
{
	for (int way = 0; way < SCENARIO_WAYS; way++) {
		const struct scenario_path *p = &s->ways[way];
		const char *why;

		must(p->count >= 1 && p->count <= SCENARIO_PHASES_MAX);
		must(p->phases[0].at == 0);
		for (uint32_t i = 0; i < p->count; i++) {
			must(silbo_link_check(&p->phases[i].config, &why) == 0);
			must(i == 0 || p->phases[i].at > p->phases[i - 1].at);
		}
	}
}

static void
echo(char *out, size_t cap, const struct scenario *s)
{
	FILE *file = fmemopen(out, cap, "w");

	must(file != NULL);
	scenario_write(file, s);
	must(!ferror(file) && fclose(file) == 0);
}

static bool
is_short(const char *text)
{
	for (; *text != '\0'; text += strcspn(text, "\n") + 1)
		if (strcspn(text, "\n") > LINE_MAX_BYTES)
			return false;
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	static char text[1 << 16], first[1 << 20], second[1 << 20];
	static struct scenario s, again;

	if (nowhere == NULL)
		nowhere = fopen("/dev/null", "w");
	must(nowhere != NULL);
	if (len >= sizeof text)
		return 0;
	memcpy(text, in, len);
	text[len] = '\0';
	if (!read_quietly(&s, text))
		return 0;
	check_links(&s);
	echo(first, sizeof first, &s);
	if (!is_short(first))
		return 0;
	must(read_quietly(&again, first));
	check_links(&again);
	echo(second, sizeof second, &again);
	must(strcmp(first, second) == 0);
	return 0;
}
