/* SPDX-License-Identifier: MIT */
/*
 * The network model in words: one table of keys, which scenario files, the
 * flags of impair and the axes of the laboratory share, and which is echoed as
 * it was understood.  Knows links; does not know who drives them.
 */
#ifndef SILBO_TOOLS_MODEL_H
#define SILBO_TOOLS_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <silbo/link.h>

#include "traces.h"

/* Why a value was refused, ready to print. */
struct model_why {
	char what[256]; /* "'2' is not a ratio" */
	char hint[256]; /* "write 2% or 0.02" */
};

enum model_loss {
	MODEL_LOSS_NONE,
	MODEL_LOSS_MEAN,    /* loss and, perhaps, burst */
	MODEL_LOSS_GILBERT, /* p r bad good */
	MODEL_LOSS_MARKOV,  /* p13 p31 p32 p23 p14 */
	MODEL_LOSS_BURSTS,  /* loss length density received alone */
	MODEL_LOSS_TRACE,
	MODEL_LOSS_DELAY_TRACE /* the lost ones of the delay trace */
};

/* One direction, as declared.  Fields hold what their keys say. */
struct model {
	struct traces *traces; /* where files come from, and stay */
	char preset[24];       /* the last one taken; "" none */

	enum model_loss loss_kind;
	double loss;          /* ratio */
	double burst;         /* datagrams; 0: each by itself */
	int64_t burst_ns;     /* instead, a time; 0: none */
	int64_t interval_ns;  /* between datagrams, where counts mean times */
	enum silbo_pace pace; /* of loss and jitter */
	double gilbert[4], markov[5];
	const struct silbo_trace *loss_trace;
	char loss_trace_path[256];

	int64_t delay_ns, jitter_ns;
	enum silbo_shape shape; /* of the jitter; NORMAL unless said */
	double correlation;
	const struct silbo_trace *delay_trace; /* TABLE or DELAY */
	char delay_trace_path[256];
	double stalls_per_s;
	int64_t stall_ns;
	bool keep_order;

	double reorder;    /* ratio */
	double reorder_by; /* datagrams; 0: reorder_ns */
	int64_t reorder_ns;
	double duplicate; /* ratio */
	int64_t duplicate_ns;
	double corrupt; /* ratio */
	int64_t corrupt_bits;

	int64_t rate_bps; /* 0: no limit */
	const struct silbo_trace *rate_trace;
	char rate_trace_path[256];
	int64_t bucket_bytes, queue_bytes, overhead_bytes;
	enum silbo_discipline discipline;
	int64_t outage_every_ns, outage_ns;
};

/* A perfect link; traces borrowed. */
void model_init(struct model *model, struct traces *traces);

/*
 * Understand one key and its value; the last one of a kind counts.  False with
 * why filled in, and the model as it was: no such key ("did you mean"), a value
 * that is none, a file that cannot be read.
 */
bool model_set(struct model *model, struct model_why *why, const char *key,
    const char *value);

/* Put it together.  False with why: the values do not go together, as a run
 * that is too short for its loss. */
bool model_link(const struct model *model, struct silbo_link_config *link,
    struct model_why *why);

/* Every key that is not at its default, "key = value" a line, so that
 * model_set understands it: indent before each line. */
void model_write(FILE *out, const struct model *model, const char *indent);

/* The rows of the table, for help and tests: NULL behind the last. */
struct model_key {
	const char *name;  /* as in files: "reorder_by" */
	const char *value; /* what is expected: "RATIO" */
	const char *help;
};

const struct model_key *model_key(size_t index);

#endif
