/* SPDX-License-Identifier: MIT */
/*
 * Decides which size to try next in the search for the largest datagram of a
 * path, and when it is found.
 *
 * Upward through the sizes of usual links, since an answer is quick and a
 * silence is not; then halving between what fits and what does not.  At the end
 * the least size that failed is asked again, as chance may have silenced it,
 * and then the largest that came, as the path may have changed meanwhile.
 *
 * It refuses to know time, sockets, and what is in a datagram.
 */
#include <silbo/mtu.h>

#include <assert.h>

/* IP packets: the least that IPv4 reassembles, that IPv6 carries; common
 * tunnels; WireGuard over IPv6; PPPoE; Ethernet; its jumbo frames. */
static const uint32_t links[] = {576, 1280, 1400, 1420, 1492, 1500, 9000};

/* Whoever lies in ICMP makes us look so often at most. */
#define HINTS_MAX 8

/* On the way silence is believed sooner, and at the end where ICMP explains it:
 * what chance silenced is asked again. */
#define TRIES_QUICK 2u

/* Steps of the end. */
enum { SEARCH, ASK_FAILED_AGAIN, ASK_FITTING_AGAIN };

void
silbo_mtu_init(struct silbo_mtu *mtu, const struct silbo_mtu_config *config)
{
	assert(config->least > 0 && config->least <= config->most);
	*mtu = (struct silbo_mtu){.config = *config, .top = config->most};
	if (config->tries == 0)
		mtu->config.tries = SILBO_MTU_TRIES;
	if (config->budget == 0)
		mtu->config.budget = SILBO_MTU_BUDGET;
}

/* The least size that is held to be too large. */
static uint32_t
fails(const struct silbo_mtu *mtu)
{
	uint32_t least = mtu->failed_count == 0
	    ? UINT32_MAX
	    : mtu->failed[mtu->failed_count - 1];

	return least <= mtu->top ? least : mtu->top + 1;
}

static void
choose(struct silbo_mtu *mtu, uint32_t size)
{
	mtu->size = size;
	mtu->silent = 0;
}

/* Between what fits and what fails there is something left. */
static void
choose_between(struct silbo_mtu *mtu)
{
	uint32_t below = fails(mtu);

	if (mtu->hint > mtu->fits && mtu->hint < below) {
		choose(mtu, mtu->hint);
		return;
	}
	/* What ICMP said fits: if it is right, one byte more does not. */
	if (mtu->hint == mtu->fits) {
		choose(mtu, mtu->fits + 1);
		return;
	}
	for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
		uint32_t size = links[i] > mtu->config.headers
		    ? links[i] - mtu->config.headers
		    : 0;

		if (size > mtu->fits && size < below) {
			choose(mtu, size);
			return;
		}
	}
	choose(mtu,
	    below > mtu->top ? mtu->top : mtu->fits + (below - mtu->fits) / 2);
}

/* What fits and what fails are neighbours. */
static void
choose_at_end(struct silbo_mtu *mtu)
{
	if (mtu->fits == mtu->top) {
		mtu->state = SILBO_MTU_MOST;
	} else if (mtu->told == mtu->fits) {
		mtu->state =
		    SILBO_MTU_FOUND; /* two who do not know each other */
	} else {
		mtu->closing = ASK_FAILED_AGAIN;
		choose(mtu, fails(mtu));
	}
}

uint32_t
silbo_mtu_get(struct silbo_mtu *mtu)
{
	if (mtu->state == SILBO_MTU_SEARCHING && mtu->size == 0) {
		if (mtu->fits == 0)
			choose(mtu, mtu->config.least);
		else if (mtu->fits + 1 < fails(mtu))
			choose_between(mtu);
		else
			choose_at_end(mtu);
	}
	if (mtu->state == SILBO_MTU_SEARCHING &&
	    mtu->asked >= mtu->config.budget)
		mtu->state =
		    mtu->fits == 0 ? SILBO_MTU_SILENT : SILBO_MTU_SPENT;
	if (mtu->state != SILBO_MTU_SEARCHING)
		return 0;
	mtu->asked++;
	return mtu->size;
}

void
silbo_mtu_on_answer(struct silbo_mtu *mtu, uint32_t size)
{
	mtu->answers++;
	if (mtu->state != SILBO_MTU_SEARCHING || size == 0)
		return;
	/* It was chance that silenced it. */
	while (mtu->failed_count > 0 &&
	    mtu->failed[mtu->failed_count - 1] <= size) {
		mtu->failed_count--;
		mtu->closing = SEARCH;
		choose(mtu, 0);
	}
	if (size > mtu->fits)
		mtu->fits = size;
	if (mtu->closing == ASK_FITTING_AGAIN && size == mtu->fits)
		mtu->state = SILBO_MTU_FOUND;
	else if (mtu->closing == SEARCH && mtu->size <= mtu->fits)
		choose(mtu, 0);
}

static void
note_failed(struct silbo_mtu *mtu)
{
	if (mtu->hint == mtu->size)
		mtu->hint = 0;
	if (mtu->failed_count == SILBO_MTU_FAILED)
		mtu->failed_count--;
	mtu->failed[mtu->failed_count++] = mtu->size;
	choose(mtu, 0);
}

/* How often a size must be silent to be believed too large. */
static uint32_t
tries(const struct silbo_mtu *mtu)
{
	bool explained = mtu->told == mtu->fits && mtu->size > mtu->fits;
	uint32_t all = mtu->config.tries;

	if (mtu->closing == ASK_FITTING_AGAIN)
		return 2 * all; /* or the whole search is for nothing */
	if (all < TRIES_QUICK || mtu->fits == 0 ||
	    (mtu->closing == ASK_FAILED_AGAIN && !explained))
		return all;
	return TRIES_QUICK;
}

void
silbo_mtu_on_silence(struct silbo_mtu *mtu)
{
	if (mtu->state != SILBO_MTU_SEARCHING || mtu->size == 0 ||
	    ++mtu->silent < tries(mtu))
		return;
	if (mtu->fits == 0) {
		mtu->state = SILBO_MTU_SILENT;
	} else if (mtu->closing == ASK_FITTING_AGAIN) {
		mtu->state = SILBO_MTU_BROKEN;
	} else if (mtu->closing == ASK_FAILED_AGAIN) {
		mtu->closing = ASK_FITTING_AGAIN;
		choose(mtu, mtu->fits);
	} else {
		note_failed(mtu);
	}
}

bool
silbo_mtu_on_too_large(struct silbo_mtu *mtu, uint32_t limit)
{
	if (limit == 0 || mtu->state != SILBO_MTU_SEARCHING)
		return false;
	/* The narrowest link speaks last; who was proved wrong is forgotten. */
	if (mtu->told == 0 || mtu->told < mtu->fits || limit < mtu->told)
		mtu->told = limit;
	if (mtu->closing != SEARCH || mtu->hints == HINTS_MAX ||
	    limit < mtu->fits || limit >= fails(mtu) || limit >= mtu->size ||
	    limit < mtu->config.least)
		return false;
	if (limit == mtu->fits && mtu->size == limit + 1)
		return false; /* that is being looked at */
	mtu->hint = limit;
	mtu->hints++;
	choose(mtu, 0);
	return true;
}

/* It does not say what it sends: as if it had failed, but without a doubt. */
static void
note_refused(struct silbo_mtu *mtu)
{
	if (mtu->closing == ASK_FAILED_AGAIN) {
		mtu->closing = ASK_FITTING_AGAIN;
		choose(mtu, mtu->fits);
	} else if (mtu->size <= mtu->fits) {
		mtu->state = SILBO_MTU_BROKEN;
	} else {
		note_failed(mtu);
	}
}

void
silbo_mtu_on_refused(struct silbo_mtu *mtu, uint32_t limit)
{
	if (mtu->state != SILBO_MTU_SEARCHING || mtu->size == 0)
		return;
	mtu->asked--;
	if (mtu->size <= mtu->config.least) {
		mtu->state = SILBO_MTU_SILENT;
		return;
	}
	if (limit == 0 || limit >= mtu->size) {
		note_refused(mtu);
		return;
	}
	mtu->top = limit > mtu->fits ? limit : mtu->fits;
	mtu->closing = SEARCH;
	choose(mtu, 0);
}

void
silbo_mtu_report(const struct silbo_mtu *mtu, struct silbo_mtu_report *report)
{
	uint32_t least = fails(mtu);

	*report = (struct silbo_mtu_report){.state = mtu->state,
	    .fits = mtu->fits,
	    .fails = least <= mtu->top ? least : 0,
	    .top = mtu->top,
	    .told = mtu->told,
	    .asked = mtu->asked,
	    .answers = mtu->answers};
}

const char *
silbo_mtu_state_name(enum silbo_mtu_state state)
{
	switch (state) {
	case SILBO_MTU_SEARCHING:
		return "searching";
	case SILBO_MTU_FOUND:
		return "found";
	case SILBO_MTU_MOST:
		return "most";
	case SILBO_MTU_SILENT:
		return "silent";
	case SILBO_MTU_BROKEN:
		return "broken";
	case SILBO_MTU_SPENT:
		return "spent";
	}
	return "unknown";
}
