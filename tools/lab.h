/* SPDX-License-Identifier: MIT */
/*
 * silbo lab: experiments in virtual time.  A plan says which points there are,
 * each is run with every seed through the real sender and receiver, and what
 * came out is told.  Shared by the lab files.
 */
#ifndef SILBO_TOOLS_LAB_H
#define SILBO_TOOLS_LAB_H

#include <silbo/playout.h>
#include <silbo/trial.h>

#include "scenario.h"

#define LAB_AXES_MAX 8
#define LAB_VALUES_MAX 64 /* of one axis */
#define LAB_POINTS_MAX 4096
#define LAB_RUNS_MAX 1000000
#define LAB_VALUE_BYTES 48
#define LAB_STREAM_KEYS 9
#define LAB_SPAN_DEFAULT (30 * (int64_t)SILBO_NS_PER_S)
#define LAB_RATES_MAX 16 /* different encodings of the sound */

/* What is sent and how it is received, in one run. */
struct lab_stream {
	int64_t duration_ns; /* 0: as long as the sound, else 30 s */
	int64_t frame_ns;
	int64_t bitrate; /* of the payloads, bit/s */
	int64_t playout_ns;
	int64_t wait_ns;   /* after which what is missing is lost */
	int64_t clock_ppm; /* how much faster the receiver's clock runs */
	bool encrypted;
	char audio[256]; /* file, as told; "": no codec */
};

/* A key that takes several values, one after the other. */
struct lab_axis {
	char key[32];
	char values[LAB_VALUES_MAX][LAB_VALUE_BYTES];
	size_t count;
	int line; /* in the file */
};

/* What one run gave. */
struct lab_result {
	uint64_t payloads; /* sent */
	uint64_t played, repaired, concealed, late, overflow;
	uint64_t lost; /* of what was sent, not taken by the receiver */
	uint64_t duplicate, reordered;
	uint64_t loss_runs;
	double delay_ms; /* mean, from departure to hand-out */
	double wire_bps; /* with 28 bytes of IPv4 and UDP */
	double span_s;   /* of the stream */
	bool scored;
	double mos, estoi, distance_db;
	char broken[160]; /* the promise that was not kept; "" */
};

/* Means over the seeds of one point; NAN: nobody knows. */
struct lab_mean {
	uint64_t runs, failed, scored; /* runs: those that did not fail */
	double lost, late, concealed;  /* ratios of what was sent */
	double residual;               /* likewise: not played */
	double burst;                  /* mean run of losses on the way */
	double delay_ms, wire_bps, mos, estoi, distance_db;
	double residual_low, residual_high; /* of the runs */
	struct lab_sum {
		uint64_t sent, played, lost, late, loss_runs;
		uint64_t overflow, concealed;
		uint64_t duplicate, reordered;
	} sum;             /* over the runs */
	char failure[200]; /* of the first that failed */
};

/* Encodings of the sound, made once. */
struct lab_packets {
	int64_t bitrate;
	uint16_t frame; /* 1/48000 s */
	uint16_t preskip;
	uint64_t count;    /* 0: the encoder refused */
	uint8_t *bytes;    /* all of them in a row */
	uint64_t *offsets; /* count + 1 */
};

struct lab_sound {
	float *pcm; /* mono, 48000 Hz: what is sent */
	uint64_t samples;
	struct lab_packets packets[LAB_RATES_MAX];
	size_t count;
};

struct lab {
	/* options */
	const char *path, *csv_path, *json_path, *wav_directory, *replay_path;
	const char *seeds_text; /* "1-20" "7" */
	int64_t jobs;
	bool quiet, soak;

	struct scenario scenario;
	struct lab_stream stream; /* what the axes do not say */
	struct lab_axis axes[LAB_AXES_MAX];
	size_t axes_count;
	uint64_t first_seed, seeds; /* seed, seed + 1 ... */
	size_t points;
	struct silbo_trace replay; /* with --replay */
	int64_t *replay_values;
	struct lab_sound sound;
	struct lab_result *results; /* points x seeds */
	bool *done;
	struct lab_mean *means;
};

/* lab_options.c.  -1 to go on, or an exit status after the message. */
int lab_options(struct lab *lab, int argc, char *const *argv);

/* lab_stream.c: the keys of [stream], by their place in the table. */
void lab_stream_init(struct lab_stream *stream);
int lab_stream_find(const char *key); /* -1: no such key */
const char *lab_stream_key(int at);
bool lab_stream_varies(int at); /* may be an axis */
bool lab_stream_set(struct lab_stream *stream, struct model_why *why, int at,
    const char *value);

/* lab_replay.c: the path becomes the recorded one, frame and duration with it.
 * False after the message. */
bool lab_replay(struct lab *lab);

/* lab_plan.c: the words of the file.  False after the message. */
bool lab_plan(struct lab *lab);
/* The text of an axis at a point. */
const char *lab_value(const struct lab *lab, size_t point, size_t axis);
/* "loss = 1%, burst = 3", into out. */
const char *lab_describe(
    const struct lab *lab, size_t point, char *out, size_t cap);
/* The settings of a point; false with why. */
bool lab_settle(const struct lab *lab, size_t point, struct scenario *scenario,
    struct lab_stream *stream, struct model_why *why);

/* lab_sound.c: where the sound is, into out; NULL: there is none. */
const char *lab_sound_path(const struct lab *lab, char *out, size_t cap);
/* False after the message. */
bool lab_sound_open(struct lab *lab);
const struct lab_packets *lab_packets(
    const struct lab_sound *sound, int64_t bitrate, uint16_t frame);
void lab_sound_close(struct lab_sound *sound);

/* lab_run.c: one point with one seed.  Never fails: what goes wrong stands in
 * result->broken. */
void lab_run(const struct lab *lab, size_t point, uint64_t seed,
    struct lab_result *result);

/* lab_room.c: how many datagrams of n payloads can be on the way at once, in
 * any phase, never more than are sent.  0: too many. */
uint32_t lab_room(const struct scenario_path *path,
    const struct lab_stream *stream, double n);

/* lab_check.c: is what the receiver says what happened? */
struct lab_truth;
struct lab_truth *lab_truth_open(uint64_t payloads);
void lab_truth_step(struct lab_truth *truth, enum silbo_trial_kind kind,
    const struct silbo_trial_step *step);
/* Has DATA that was sent with this number come, or been taken? */
bool lab_truth_came(const struct lab_truth *truth, uint64_t number);
/* Runs of numbers that the receiver did not take. */
uint64_t lab_truth_runs(const struct lab_truth *truth);
/* The first promise that was not kept, into out; untouched when all were. */
void lab_truth_check(const struct lab_truth *truth,
    const struct silbo_trial *trial, char *out, size_t cap);
void lab_truth_close(struct lab_truth *truth);

/* lab_jobs.c: all runs, in processes of their own.  False after a message, when
 * none can be started; after a signal some are not done. */
bool lab_jobs(struct lab *lab);

/* lab_table.c */
void lab_table(FILE *out, const struct lab *lab);
/* A line for each point of which runs failed. */
void lab_failures(FILE *out, const struct lab *lab);

/* lab_report.c */
void lab_means(struct lab *lab);
int lab_csv(const struct lab *lab);  /* 0, or -1 with errno */
int lab_json(const struct lab *lab); /* 0, or -1 with errno */

#endif
