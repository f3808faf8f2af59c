/* SPDX-License-Identifier: MIT */
/*
 * The first 100 000 decisions of each model as one number, compared with those
 * written down here: the same on every machine, with every compiler.
 *
 * "digests print" prints the table, for a change that is meant to change it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <silbo/delay.h>

#include "draw.h"
#include "exact.h"

#define MS SILBO_NS_PER_MS
#define DECISIONS 100000u
#define SEED UINT64_C(0x5117b0)

/* FNV-1a over eight bytes. */
static void
hash(uint64_t *digest, uint64_t value)
{
	for (unsigned i = 0; i < 8; i++) {
		*digest ^= value >> 8 * i & 0xff;
		*digest *= UINT64_C(0x100000001b3);
	}
}

static const int64_t values[] = {0, 1000, SILBO_TRACE_LOST, 5000000};
static const int64_t sorted[] = {0, 1000, 70000, 5000000, 90000000};
static const struct silbo_trace trace = {SILBO_TRACE_DELAY, values, 4};
static const struct silbo_trace table = {SILBO_TRACE_TABLE, sorted, 5};

static int
configure_loss(struct silbo_loss_config *config, unsigned kind, unsigned pace)
{
	silbo_loss_config_init(config);
	config->pace = (enum silbo_pace)pace;
	config->kind = (enum silbo_loss_kind)kind;
	config->random = 0.07;
	config->trace = &trace;
	if (kind == SILBO_LOSS_GILBERT) {
		if (silbo_loss_config_run(config, 0.1, 3, 20 * MS) != 0)
			return 1;
		config->bad = 0.8;
		config->good = 0.01;
	}
	return kind == SILBO_LOSS_MARKOV &&
	    silbo_loss_config_burst(config, .08, 8, .7, 2, .01) != 0;
}

static uint64_t
digest_loss(unsigned kind, unsigned pace)
{
	uint64_t digest = UINT64_C(0xcbf29ce484222325);
	struct silbo_loss_config config;
	struct silbo_loss loss;

	if (configure_loss(&config, kind, pace) != 0)
		return 0;
	silbo_loss_init(&loss, &config, SEED);
	for (uint64_t i = 0; i < DECISIONS; i++)
		hash(&digest, silbo_loss_get(&loss, i * 5 * MS));
	return digest;
}

static uint64_t
digest_delay(unsigned shape, unsigned pace, double correlation)
{
	uint64_t digest = UINT64_C(0xcbf29ce484222325);
	struct silbo_delay_config config;
	struct silbo_delay delay;

	silbo_delay_config_init(&config);
	config.shape = (enum silbo_shape)shape;
	config.pace = (enum silbo_pace)pace;
	config.correlation = correlation;
	config.base_ns = 30 * MS;
	config.spread_ns = 20 * MS;
	config.trace = shape == SILBO_SHAPE_TABLE ? &table : &trace;
	config.stalls_per_s = 0.3;
	config.stall_ns = 150 * MS;
	silbo_delay_init(&delay, &config, SEED);
	for (uint64_t i = 0; i < DECISIONS; i++)
		hash(&digest, silbo_delay_get(&delay, i * 5 * MS));
	return digest;
}

static const uint64_t want[] = {
    UINT64_C(0xe3dbd3f783edc725),
    UINT64_C(0xe3dbd3f783edc725),
    UINT64_C(0x36e29676b6e4a624),
    UINT64_C(0x21679bbc15fa1144),
    UINT64_C(0xcebb337c7d04e5e5),
    UINT64_C(0x9e70d1f70d168ae4),
    UINT64_C(0x156f6eca750b1ba5),
    UINT64_C(0x00d337f395c5bc65),
    UINT64_C(0xa3f088e4ae6edd25),
    UINT64_C(0xa3f088e4ae6edd25),
    UINT64_C(0xaf13693fb7a42209),
    UINT64_C(0xaf13693fb7a42209),
    UINT64_C(0x7781118503c3c035),
    UINT64_C(0x91b2747c24630863),
    UINT64_C(0x806635ce569751ac),
    UINT64_C(0xa9641cfd455ce2b6),
    UINT64_C(0x350104efd53f8701),
    UINT64_C(0xd111fa84f4bc7653),
    UINT64_C(0x5e3ba5e7078985c7),
    UINT64_C(0x323548e957c6f9c7),
    UINT64_C(0xb9e15440a9ec4cc3),
    UINT64_C(0xb9e15440a9ec4cc3),
    UINT64_C(0xaf13693fb7a42209),
    UINT64_C(0xaf13693fb7a42209),
    UINT64_C(0x57ebbd59d86ebf43),
    UINT64_C(0xa853d1b47f01d11b),
    UINT64_C(0x4c2392e5469389e9),
    UINT64_C(0x8cbec75569d9a9ce),
    UINT64_C(0x121113d81f524831),
    UINT64_C(0x9b092834d9552498),
    UINT64_C(0xa613ad511074c1b2),
    UINT64_C(0xff2e1fa1ab336da5),
    UINT64_C(0xb9e15440a9ec4cc3),
    UINT64_C(0xb9e15440a9ec4cc3),
    UINT64_C(0xf00ef15d66018795),
    UINT64_C(0xf82e2e5eeccc31a3),
    UINT64_C(0x72e6afd827935f6c),
    UINT64_C(0x05e24295f95c3ea2),
    UINT64_C(0x6bd0e1b3a19eee5d),
    UINT64_C(0xd9a9c10592364d38),
};

#define COUNT (sizeof(want) / sizeof(want[0]))

/* Every bit of a result: delays are whole nanoseconds, which would hide that a
 * product and a sum were fused. */
static uint64_t
digest_exact(unsigned function)
{
	uint64_t digest = UINT64_C(0xcbf29ce484222325);

	for (uint64_t i = 0; i < DECISIONS; i++) {
		double p = draw_unit(draw_at(SEED, i)), y = 0;
		uint64_t bits;

		if (function == 0)
			y = silbo_exact_log(p);
		else if (function == 1)
			y = silbo_exact_exp(100 * p);
		else if (function == 2)
			y = silbo_exact_sqrt(p);
		else if (function == 3)
			y = silbo_exact_root(p, i % 100 + 1);
		else if (function == 4)
			y = silbo_exact_normal(20 * p - 10);
		else if (function == 5)
			y = silbo_exact_normal_quantile(p);
		memcpy(&bits, &y, sizeof(bits));
		hash(&digest, bits);
	}
	return digest;
}

/* Losses by time and packet, then delays, correlated ones, and functions. */
static uint64_t
digest(unsigned i)
{
	if (i >= 34)
		return digest_exact(i - 34);
	if (i < 10)
		return digest_loss(i / 2, i % 2);
	i -= 10;
	return digest_delay(i / 2 % 6, i % 2, i < 12 ? 0 : 0.9);
}

int
main(int argc, char **argv)
{
	unsigned wrong = 0;

	(void)argv;
	for (unsigned i = 0; i < COUNT; i++) {
		uint64_t got = digest(i);

		if (argc > 1)
			printf("    0x%016" PRIx64 ",\n", got);
		else if (got != want[i])
			printf("row %u is %016" PRIx64 ", not %016" PRIx64 "\n",
			    i, got, want[i]);
		wrong += got != want[i];
	}
	if (argc == 1)
		printf("%u of %u digests differ\n", wrong, (unsigned)COUNT);
	return wrong != 0;
}
