/* SPDX-License-Identifier: MIT */
/*
 * Decides how an estimate of quality is told: never without what it was made
 * from.  Does not know how it was made.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <silbo/quality.h>

#include "report_build.h"
#include "report_line.h"

void
report_quality_init(struct report_quality *quality)
{
	*quality = (struct report_quality){
	    .mos = NAN,
	    .r = NAN,
	    .r_band = NAN,
	    .loss_ratio = NAN,
	    .burst_r = NAN,
	    .delay_ms = NAN,
	    .bitrate_bps = NAN,
	    .ie = NAN,
	    .bpl = NAN,
	    .ie_eff = NAN,
	    .idd = NAN,
	    .band = REPORT_UNKNOWN,
	    .variable = REPORT_UNKNOWN,
	    .network = REPORT_UNKNOWN,
	    .beyond = REPORT_UNKNOWN,
	};
}

static const char *
model_of(const struct report_quality *quality)
{
	if (quality->band < 0)
		return "E-model";
	return silbo_quality_model_name((enum silbo_quality_band)quality->band);
}

/* What is beyond the table is as good as its last row at least, or as bad. */
void
report_quality_line(FILE *out, const struct report_quality *quality)
{
	static const char *const bounds[] = {"", " at most,", " at least,"};
	bool beyond = quality->beyond > 0 && !isnan(quality->bitrate_bps);
	struct report_line line = report_line(out, "quality");

	if (isnan(quality->mos))
		return;
	report_part(&line,
	    "MOS %.1f%s estimated (%s: R %.0f, loss %.2f %%, BurstR %.1f, "
	    "delay %.0f ms)",
	    quality->mos, beyond ? bounds[quality->beyond] : "",
	    model_of(quality), quality->r, 100 * quality->loss_ratio,
	    quality->burst_r, quality->delay_ms);
	report_more(&line);
	if (quality->network == 0)
		report_part(&line, "without the network's delay");
	if (beyond)
		report_part(&line, "as of Opus at %.0f kb/s a channel",
		    quality->bitrate_bps / 1000);
	report_line_end(&line);
}

void
report_quality_of(FILE *out, const struct report_stream *stream)
{
	int64_t judged = stream->expected - stream->pending;

	report_quality_line(out, &stream->quality);
	if (isnan(stream->quality.mos) && strcmp(stream->codec, "opus") == 0 &&
	    stream->expected > 0 && stream->pending >= 0 &&
	    judged < REPORT_QUALITY_LEAST)
		fprintf(out,
		    "  quality     not estimated: %" PRId64
		    " datagram%s %s too few (%d needed)\n",
		    judged, judged == 1 ? "" : "s", judged == 1 ? "is" : "are",
		    REPORT_QUALITY_LEAST);
}

static json_t *
build_band(int64_t band)
{
	if (band < 0)
		return json_null();
	return build_text(
	    silbo_quality_band_name((enum silbo_quality_band)band));
}

static json_t *
build_beyond(int64_t beyond)
{
	return beyond <= 0 ? json_null()
			   : build_text(beyond == 1 ? "below" : "above");
}

json_t *
build_quality(struct builder *b, const struct report_quality *quality)
{
	json_t *object;

	if (isnan(quality->mos))
		return json_null();
	object = json_object();
	build_put(b, object, "model", build_text(model_of(quality)));
	build_put(b, object, "mos", build_real(quality->mos, 2));
	build_put(b, object, "r", build_real(quality->r, 1));
	build_put(b, object, "r_band", build_real(quality->r_band, 1));
	build_put(b, object, "loss_ratio", build_real(quality->loss_ratio, 5));
	build_put(b, object, "burst_r", build_real(quality->burst_r, 2));
	build_put(b, object, "delay_ms", build_real(quality->delay_ms, 1));
	build_put(
	    b, object, "delay_has_network", build_boolean(quality->network));
	build_put(b, object, "codec", build_text("opus"));
	build_put(b, object, "band", build_band(quality->band));
	build_put(b, object, "vbr", build_boolean(quality->variable));
	build_put(
	    b, object, "bitrate_bps", build_whole(round(quality->bitrate_bps)));
	build_put(b, object, "beyond", build_beyond(quality->beyond));
	build_put(b, object, "ie", build_real(quality->ie, 2));
	build_put(b, object, "bpl", build_real(quality->bpl, 2));
	build_put(b, object, "ie_eff", build_real(quality->ie_eff, 2));
	build_put(b, object, "idd", build_real(quality->idd, 2));
	return object;
}
