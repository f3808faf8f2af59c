/* SPDX-License-Identifier: MIT */
/*
 * Decides what the named paths are.  A figure that nobody measured is said to
 * be made up.
 */
#include "presets.h"

#include <string.h>

#include "cli.h"

const struct preset presets[] = {
    {"perfect", "nothing happens", "by definition", {NULL}},
    {"lecture", "a little of everything, to be seen in a minute",
	"made up for teaching: 5 % lost, 2 % overtaken, 1 % twice",
	{"delay", "40ms", "jitter", "3ms", "loss", "5%", "reorder", "2%",
	    "reorder_by", "2", "duplicate", "1%", NULL}},
    {"home-wifi", "a quiet wireless network at home",
	"loss 0.0015 %, singles only: manhpham90vn/Deskhub#54; delay and its "
	"tail made up",
	{"delay", "3ms", "jitter", "1ms", "shape", "pareto", "loss", "0.0015%",
	    NULL}},
    {"busy-wifi", "a wireless network with many users",
	"runs of 3.0 to 5.7 datagrams: da Silva and Pedroso 2022; 3 % and the "
	"stalls made up",
	{"delay", "8ms", "jitter", "6ms", "shape", "pareto", "correlation",
	    "60%", "loss", "3%", "burst", "4.66", "stall", "0.2/s 120ms",
	    NULL}},
    {"lte-drive", "mobile data in a moving car",
	"made up after the reports of drive tests: deep queue, cell changes "
	"that hold everything back, then let it go",
	{"delay", "35ms", "jitter", "8ms", "correlation", "80%", "loss", "0.5%",
	    "burst", "3", "stall", "0.1/s 250ms", "outage", "120s 800ms",
	    "rate", "5M", "queue", "300000", NULL}},
    {"vpn-wan", "a tunnel across a wide-area network",
	"runs of 4.9 on average: manhpham90vn/Deskhub#54; 1 % and the delay "
	"made up",
	{"delay", "45ms", "jitter", "4ms", "correlation", "50%", "loss", "1%",
	    "burst", "4.9", NULL}},
    {"satellite", "a geostationary hop",
	"2 x 35 786 km at the speed of light are 239 ms; the rest is coding "
	"and queues, made up",
	{"delay", "270ms", "jitter", "5ms", "correlation", "50%", "loss",
	    "0.5%", "burst", "2", "rate", "2M", "queue", "100000", NULL}},
    {NULL, NULL, NULL, {NULL}},
};

static bool
unknown(struct model_why *why, const char *name)
{
	const char *names[sizeof(presets) / sizeof(presets[0])];
	const char *near;
	char quoted[64];
	size_t at = 0, i = 0;

	for (; presets[i].name != NULL; i++)
		names[i] = presets[i].name;
	names[i] = NULL;
	near = cli_nearest(name, names);
	snprintf(why->what, sizeof(why->what), "no preset is called '%s'",
	    cli_quote(quoted, sizeof quoted, name));
	if (near != NULL) {
		snprintf(
		    why->hint, sizeof(why->hint), "did you mean '%s'?", near);
		return false;
	}
	for (i = 0; names[i] != NULL; i++)
		at += (size_t)snprintf(why->hint + at, sizeof(why->hint) - at,
		    "%s%s", i > 0 ? " " : "there are: ", names[i]);
	return false;
}

bool
presets_take(struct model *m, struct model_why *why, const char *name)
{
	struct traces *traces = m->traces;
	const struct preset *p = presets;

	while (p->name != NULL && strcmp(p->name, name) != 0)
		p++;
	if (p->name == NULL)
		return unknown(why, name);
	model_init(m, traces);
	snprintf(m->preset, sizeof(m->preset), "%s", p->name);
	for (size_t i = 0; p->words[i] != NULL; i += 2)
		if (!model_set(m, why, p->words[i], p->words[i + 1]))
			return false;
	return true;
}
