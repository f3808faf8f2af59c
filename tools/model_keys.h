/* SPDX-License-Identifier: MIT */
/*
 * The table of keys of a model, between those who read it and those who write.
 * Private to model_keys.c, model_values.c and model_text.c.
 */
#ifndef SILBO_TOOLS_MODEL_KEYS_H
#define SILBO_TOOLS_MODEL_KEYS_H

#include "model.h"

enum model_kind {
	MODEL_RATIO, /* double */
	MODEL_TIME,  /* int64_t ns */
	MODEL_RATE,  /* int64_t bit/s */
	MODEL_COUNT, /* int64_t */
	MODEL_FLAG,  /* bool: yes, no */
	MODEL_OWN    /* set and text of its own */
};

struct model_row {
	struct model_key key;
	enum model_kind kind;
	size_t at;        /* of the field in struct model */
	int64_t min, max; /* TIME, RATE, COUNT */
	bool (*set)(struct model *, struct model_why *, const char *);
	/* As set reads it; false: nothing to say. */
	bool (*text)(char *out, size_t cap, const struct model *);
};

extern const struct model_row model_rows[]; /* ends with a row without name */

/* model_values.c: keys with a form of their own. */
bool model_set_preset(struct model *, struct model_why *, const char *);
bool model_set_loss(struct model *, struct model_why *, const char *);
bool model_set_burst(struct model *, struct model_why *, const char *);
bool model_set_pace(struct model *, struct model_why *, const char *);
bool model_set_gilbert(struct model *, struct model_why *, const char *);
bool model_set_markov(struct model *, struct model_why *, const char *);
bool model_set_bursts(struct model *, struct model_why *, const char *);
bool model_set_loss_trace(struct model *, struct model_why *, const char *);
bool model_set_delay(struct model *, struct model_why *, const char *);
bool model_set_shape(struct model *, struct model_why *, const char *);
bool model_set_delay_trace(struct model *, struct model_why *, const char *);
bool model_set_delay_table(struct model *, struct model_why *, const char *);
bool model_set_stall(struct model *, struct model_why *, const char *);
bool model_set_reorder_by(struct model *, struct model_why *, const char *);
bool model_set_rate_trace(struct model *, struct model_why *, const char *);
bool model_set_discipline(struct model *, struct model_why *, const char *);
bool model_set_outage(struct model *, struct model_why *, const char *);

/* model_text.c */
bool model_text_loss(char *, size_t, const struct model *);
bool model_text_burst(char *, size_t, const struct model *);
bool model_text_pace(char *, size_t, const struct model *);
bool model_text_gilbert(char *, size_t, const struct model *);
bool model_text_markov(char *, size_t, const struct model *);
bool model_text_bursts(char *, size_t, const struct model *);
bool model_text_loss_trace(char *, size_t, const struct model *);
bool model_text_shape(char *, size_t, const struct model *);
bool model_text_delay_trace(char *, size_t, const struct model *);
bool model_text_delay_table(char *, size_t, const struct model *);
bool model_text_stall(char *, size_t, const struct model *);
bool model_text_reorder_by(char *, size_t, const struct model *);
bool model_text_rate_trace(char *, size_t, const struct model *);
bool model_text_discipline(char *, size_t, const struct model *);
bool model_text_outage(char *, size_t, const struct model *);

#endif
