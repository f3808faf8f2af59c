/* SPDX-License-Identifier: MIT */
/*
 * The table of keys of a model, between those who read it and those who write.
 * Private to model_keys.c, model_values.c, model_path.c and model_text.c.
 */
#ifndef SILBO_TOOLS_MODEL_KEYS_H
#define SILBO_TOOLS_MODEL_KEYS_H

#include "model.h"

enum model_kind {
	MODEL_RATIO, /* double */
	MODEL_TIME,  /* int64_t ns */
	MODEL_COUNT, /* int64_t */
	MODEL_FLAG,  /* bool: yes, no */
	MODEL_OWN    /* set and text of its own */
};

struct model_row {
	struct model_key key;
	enum model_kind kind;
	size_t at;        /* of the field in struct model */
	int64_t min, max; /* TIME, COUNT */
	bool (*set)(struct model *, struct model_why *, const char *);
	/* As set reads it; false: nothing to say. */
	bool (*text)(char *out, size_t cap, const struct model *);
};

extern const struct model_row model_rows[]; /* ends with a row without name */

#define MODEL_REORDER_BY 2 /* datagrams, unless said */
#define MODEL_DELAY_MAX (60 * (int64_t)SILBO_NS_PER_S)

/* ---- model_values.c ---- */

/* "KEY: 'VALUE' is not WHAT", and the hint.  Always false. */
bool model_refuse(struct model_why *why, const char *key, const char *value,
    const char *what, const char *hint);

/* The words of a value, each a string in buf.  False when there are not exactly
 * so many. */
bool model_split(
    char *buf, size_t cap, const char *value, char **words, size_t count);

/* A number of datagrams or steps, 1 to 10^6: "3" "2.5". */
bool model_number(const char *text, double *value);

/* One of some words, NULL behind the last: its index, or -1. */
int model_word(const char *value, const char *const *words);

/* A trace and its path, which is kept as it was written. */
bool model_take_trace(struct model *m, struct model_why *why,
    const struct silbo_trace **trace, char path[256],
    enum silbo_trace_kind kind, const char *value);

/* Keys with a form of their own, there and in model_path.c. */
bool model_set_preset(struct model *, struct model_why *, const char *);
bool model_set_loss(struct model *, struct model_why *, const char *);
bool model_set_burst(struct model *, struct model_why *, const char *);
bool model_set_pace(struct model *, struct model_why *, const char *);
bool model_set_gilbert(struct model *, struct model_why *, const char *);
bool model_set_markov(struct model *, struct model_why *, const char *);
bool model_set_bursts(struct model *, struct model_why *, const char *);
bool model_set_loss_trace(struct model *, struct model_why *, const char *);
bool model_set_delay(struct model *, struct model_why *, const char *);
bool model_set_jitter(struct model *, struct model_why *, const char *);
bool model_set_shape(struct model *, struct model_why *, const char *);
bool model_set_delay_trace(struct model *, struct model_why *, const char *);
bool model_set_delay_table(struct model *, struct model_why *, const char *);
bool model_set_stall(struct model *, struct model_why *, const char *);
bool model_set_reorder_by(struct model *, struct model_why *, const char *);
bool model_set_rate(struct model *, struct model_why *, const char *);
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
bool model_text_delay(char *, size_t, const struct model *);
bool model_text_jitter(char *, size_t, const struct model *);
bool model_text_shape(char *, size_t, const struct model *);
bool model_text_delay_trace(char *, size_t, const struct model *);
bool model_text_delay_table(char *, size_t, const struct model *);
bool model_text_stall(char *, size_t, const struct model *);
bool model_text_reorder_by(char *, size_t, const struct model *);
bool model_text_rate(char *, size_t, const struct model *);
bool model_text_rate_trace(char *, size_t, const struct model *);
bool model_text_discipline(char *, size_t, const struct model *);
bool model_text_outage(char *, size_t, const struct model *);

#endif
