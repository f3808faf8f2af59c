/* SPDX-License-Identifier: MIT */
/*
 * Decides which of a stream's counts and delays the E-model is fed with.  Does
 * not know the model.
 */
#include <math.h>
#include <string.h>

#include <silbo/quality.h>

#include "summary.h"

/* So far ahead libopus listens beside its frame (OPUS_GET_LOOKAHEAD: 312
 * samples at 48000 Hz, tuned for audio or voice). */
#define LOOKAHEAD_MS 6.5

/* The speech that a path is judged for: what silbo send sends by default. */
#define WAY_BITRATE_BPS 32000.0
#define WAY_FRAME_MS 20.0

/* First copies that came and were not heard.  Those booked lost before they
 * came (late_final) were late too, and are in `lost` already. */
static uint64_t
unheard(const struct report_stream *stream)
{
	int64_t late = (int64_t)(report_known(stream->late) -
	    report_known(stream->late_final));

	return report_known(late) + report_known(stream->undecodable) +
	    report_known(stream->overflow) + report_known(stream->bad_bodies);
}

void
summary_estimate(
    struct report_quality *out, const struct summary_speech *speech)
{
	double channels = speech->channels > 1 ? (double)speech->channels : 1;
	struct silbo_quality_input input = {
	    .bitrate_bps = speech->bitrate_bps / channels,
	    .variable = speech->variable,
	    .loss_ratio = speech->loss_ratio,
	    .burst_r = speech->burst_r,
	    .delay_ms = speech->delay_ms,
	};
	struct silbo_quality_report r;

	report_quality_init(out);
	input.band = silbo_quality_band_of(input.bitrate_bps);
	if (silbo_quality_report(&r, &input) < 0)
		return;
	*out = (struct report_quality){
	    .mos = r.mos,
	    .r = r.r,
	    .r_band = r.r_band,
	    .loss_ratio = input.loss_ratio,
	    .burst_r = r.burst_r,
	    .delay_ms = input.delay_ms,
	    .bitrate_bps = r.table_bps,
	    .ie = r.ie,
	    .bpl = r.bpl,
	    .ie_eff = r.ie_eff,
	    .idd = r.idd,
	    .band = input.band,
	    .variable = input.variable,
	    .network = speech->network,
	    .beyond = r.beyond == SILBO_QUALITY_BELOW ? 1
		: r.beyond == SILBO_QUALITY_ABOVE     ? 2
						      : 0,
	};
}

void
summary_quality(struct report_stream *out)
{
	int64_t judged = out->expected - out->pending;
	int64_t gone = (int64_t)(report_known(out->lost) + unheard(out));

	report_quality_init(&out->quality);
	if (strcmp(out->codec, "opus") != 0 || out->expected < 0 ||
	    out->pending < 0 || judged < REPORT_QUALITY_LEAST)
		return;
	if (gone > judged)
		gone = judged;
	summary_estimate(&out->quality,
	    &(struct summary_speech){
		.loss_ratio = (double)gone / (double)judged,
		.burst_r = silbo_quality_burst_r(report_known(out->lost),
		    report_known(out->runs), (uint64_t)judged),
		.delay_ms = out->playout_ms + out->frame_ms + LOOKAHEAD_MS,
		.bitrate_bps = out->bitrate_bps,
		.channels = out->channels,
	    });
}

void
summary_way_quality(struct report_quality *out, int64_t set_out, int64_t gone,
    double burst_r, double way_ms)
{
	report_quality_init(out);
	if (set_out < REPORT_QUALITY_LEAST || gone < 0 || isnan(way_ms))
		return;
	if (gone > set_out)
		gone = set_out;
	summary_estimate(out,
	    &(struct summary_speech){
		.loss_ratio = (double)gone / (double)set_out,
		.burst_r = burst_r,
		.delay_ms = way_ms + SUMMARY_WAY_PLAYOUT_MS + WAY_FRAME_MS +
		    LOOKAHEAD_MS,
		.bitrate_bps = WAY_BITRATE_BPS,
		.network = true,
	    });
}
