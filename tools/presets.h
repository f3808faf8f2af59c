/* SPDX-License-Identifier: MIT */
/*
 * Presets: paths by name, each with the source of its figures.  They are said
 * in the words of a scenario.
 */
#ifndef SILBO_TOOLS_PRESETS_H
#define SILBO_TOOLS_PRESETS_H

#include "model.h"

struct preset {
	const char *name;
	const char *what;      /* one line */
	const char *source;    /* of the figures */
	const char *words[24]; /* key, value, ... NULL */
};

extern const struct preset presets[]; /* ends with one without name */

/* Make the model that of a preset.  False with why: no such preset. */
bool presets_take(struct model *model, struct model_why *why, const char *name);

#endif
