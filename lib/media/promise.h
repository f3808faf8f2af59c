/* SPDX-License-Identifier: MIT */
/*
 * Private to lib/media: is an audio file shorter than its header says?
 */
#ifndef SILBO_MEDIA_PROMISE_H
#define SILBO_MEDIA_PROMISE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * All that there is has been read: is that less?
 *
 *   fd      its position stays where it is
 *   format  as libsndfile calls it
 *   taken   frames read
 *   frames  as libsndfile understood the header; 0: not known
 *
 * What cannot be told is false.
 */
bool promise_broken(int fd, int format, uint64_t taken, uint64_t frames);

#endif
