/* SPDX-License-Identifier: MIT */
/*
 * All of libsilbo.  The sound edge, silbo/media.h, is separate: it is not part
 * of the library, and what has no ears needs no codec.
 */
#ifndef SILBO_SILBO_H
#define SILBO_SILBO_H

#include <silbo/addr.h>
#include <silbo/arrival.h>
#include <silbo/asker.h>
#include <silbo/clock.h>
#include <silbo/defs.h>
#include <silbo/delay.h>
#include <silbo/echo.h>
#include <silbo/err.h>
#include <silbo/gate.h>
#include <silbo/header.h>
#include <silbo/jitter.h>
#include <silbo/key.h>
#include <silbo/link.h>
#include <silbo/loss.h>
#include <silbo/marks.h>
#include <silbo/mtu.h>
#include <silbo/net.h>
#include <silbo/pattern.h>
#include <silbo/playout.h>
#include <silbo/prober.h>
#include <silbo/quality.h>
#include <silbo/quantile.h>
#include <silbo/queue.h>
#include <silbo/random.h>
#include <silbo/receiver.h>
#include <silbo/reflector.h>
#include <silbo/seal.h>
#include <silbo/sender.h>
#include <silbo/sides.h>
#include <silbo/skew.h>
#include <silbo/stamp.h>
#include <silbo/steps.h>
#include <silbo/stream.h>
#include <silbo/sync.h>
#include <silbo/trace.h>
#include <silbo/track.h>
#include <silbo/transit.h>
#include <silbo/trial.h>
#include <silbo/window.h>
#include <silbo/wire.h>
#include <silbo/world.h>

#endif
