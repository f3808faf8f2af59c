/* SPDX-License-Identifier: MIT */
/*
 * How speech would be judged: the E-model of the G.107 family, with values for
 * Opus by bit rate.  An estimate: it knows no sound, no ear and no echo, only
 * what loss and delay do to speech of that codec on average.
 *
 *   R = R0 - Idd(delay) - Ie,eff(codec, loss, BurstR)
 *
 * Three models, each with a scale of its own; a MOS of one of them is compared
 * with those of the same model only:
 *
 *   narrow  G.107    R0 93.2, Ie,eff towards 95,  MOS of R
 *   wide    G.107.1  R0 129,  Ie,eff towards 95,  MOS of R / 1.29
 *   super   G.107.2  R0 148,  Ie,eff towards 132, MOS of R / 1.48, Idd * 1.48
 *
 * All other terms (noise, echo, sidetone, room) are at the defaults of the
 * models: nothing is known of them.
 */
#ifndef SILBO_QUALITY_H
#define SILBO_QUALITY_H

#include <silbo/defs.h>
#include <silbo/err.h>

#ifdef __cplusplus
extern "C" {
#endif

enum silbo_quality_band {
	SILBO_QUALITY_NARROW, /* 300 to 3400 Hz */
	SILBO_QUALITY_WIDE,   /* 50 to 7000 Hz */
	SILBO_QUALITY_SUPER   /* super-wide and full: 20 to 14000 Hz and more */
};

/* Where a bit rate stands beside those that the codec was tested at. */
enum silbo_quality_beyond {
	SILBO_QUALITY_BELOW = -1, /* taken as the lowest: too good */
	SILBO_QUALITY_WITHIN = 0,
	SILBO_QUALITY_ABOVE = 1 /* taken as the highest: at least so good */
};

struct silbo_quality_input {
	enum silbo_quality_band band;
	double bitrate_bps; /* of one channel of Opus, above 0 */
	bool variable;      /* VBR; else CBR, which is a little worse */
	double loss_ratio;  /* not heard as sent: 0 to 1 */
	double burst_r;     /* mean run of losses over that of random ones */
	double delay_ms;    /* one way, mouth to ear, as far as known */
};

struct silbo_quality_report {
	double mos;    /* 1 to 4.5 */
	double r;      /* 0 to 100 */
	double r_band; /* the same on the scale of the model: 0 to R0 */
	double idd;    /* impairment by delay, on that scale */
	double ie;     /* by the codec without loss */
	double bpl;    /* its robustness, for losses of this BurstR */
	double ie_eff; /* by codec and loss together */
	double burst_r, table_bps; /* as used */
	enum silbo_quality_beyond beyond;
};

/*
 * Estimate.  burst_r below 1, as measured by chance, counts as 1.  Returns 0,
 * or SILBO_ERR_RANGE (and a report of zeros) for what cannot be: NaN, an
 * infinity, a loss below 0 or above 1, a delay below 0, a bit rate of 0.
 */
SILBO_API
SILBO_MUST_USE
int silbo_quality_report(struct silbo_quality_report *report,
    const struct silbo_quality_input *input);

/* "G.107", "G.107.1", "G.107.2"; "narrow", "wide", "super". */
SILBO_API
const char *silbo_quality_model_name(enum silbo_quality_band band);
SILBO_API
const char *silbo_quality_band_name(enum silbo_quality_band band);

/*
 * The band that libopus chooses by itself for a channel of this bit rate (mono,
 * 20 ms): narrow below 9 kb/s, super from 13.5 kb/s.  Below 6 kb/s: narrow.
 */
SILBO_API
enum silbo_quality_band silbo_quality_band_of(double bitrate_bps);

/*
 * BurstR of G.107: mean length of runs of losses, over the mean length when as
 * many are lost at random, 1 / (1 - p).  At least 1; 1 without losses.
 *
 *   lost, runs, expected   as in struct silbo_track_report
 */
SILBO_API
double silbo_quality_burst_r(uint64_t lost, uint64_t runs, uint64_t expected);

/* Idd of G.107 section 7.4, on the narrow scale: 0 up to 100 ms, below 50. */
SILBO_API
double silbo_quality_idd(double delay_ms);

/* Ie,eff of G.107 section 7.5: from ie without loss towards top. */
SILBO_API
double silbo_quality_ie_eff(
    double ie, double bpl, double top, double loss_ratio, double burst_r);

/* MOS-CQE of an R from 0 to 100 (G.107 annex B): 1 to 4.5. */
SILBO_API
double silbo_quality_mos(double r);

#ifdef __cplusplus
}
#endif

#endif
