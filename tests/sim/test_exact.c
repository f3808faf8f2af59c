/* SPDX-License-Identifier: MIT */
/*
 * The functions without libm against libm: within 10^-12 of it, relative.
 */
#include "testing.h"

#include <math.h>

#include "exact.h"

#define NEAR 1e-12

static void
expect(const char *name, double x, double got, double want)
{
	double off = want != 0 ? fabs(got / want - 1) : fabs(got);

	if (!(off <= NEAR))
		fail_msg("%s(%.17g) is %.17g, not %.17g", name, x, got, want);
}

static void
logarithm_is_that_of_libm(void **state)
{
	(void)state;
	for (double x = 1e-300; x < 1e300; x *= 1.0371)
		expect("log", x, silbo_exact_log(x), log(x));
	for (double x = 0.5; x < 2; x += 0.0000971)
		expect("log", x, silbo_exact_log(x), log(x));
	assert_true(silbo_exact_log(1) == 0);
}

static void
exponential_is_that_of_libm(void **state)
{
	(void)state;
	for (double x = -707.9; x < 708.9; x += 0.01371)
		expect("exp", x, silbo_exact_exp(x), exp(x));
	assert_true(silbo_exact_exp(0) == 1);
	assert_true(silbo_exact_exp(-1000) == 0);
	assert_true(silbo_exact_exp(1000) == silbo_exact_exp(709));
}

static void
roots_and_powers_are_those_of_libm(void **state)
{
	(void)state;
	for (double x = 1e-300; x < 1e300; x *= 1.0371)
		expect("sqrt", x, silbo_exact_sqrt(x), sqrt(x));
	for (double x = 1e-12; x <= 1; x *= 1.171) {
		for (uint64_t n = 1; n < 100000; n = n * 3 / 2 + 1) {
			double root = silbo_exact_root(x, n);

			expect("root", x, root, pow(x, 1 / (double)n));
			if (n > 4000)
				continue; /* n 2^-53 is what squaring loses */
			expect("power", root, silbo_exact_power(root, n),
			    pow(root, (double)n));
		}
	}
	assert_true(silbo_exact_sqrt(0) == 0);
	assert_true(silbo_exact_root(0, 7) == 0);
	assert_true(silbo_exact_power(-0.5, 3) == -0.125);
	assert_true(silbo_exact_power(0, 0) == 1);
}

static void
normal_distribution_is_that_of_libm(void **state)
{
	(void)state;
	for (double x = -37; x < 9; x += 0.001371)
		expect("normal", x, silbo_exact_normal(x),
		    0.5 * erfc(-x / sqrt(2)));
}

/* Where p has the digits for it: from the lower tail, and by symmetry. */
static void
quantiles_undo_the_normal_distribution(void **state)
{
	(void)state;
	for (double x = -37; x < -0.001; x += 0.001371) {
		double p = 0.5 * erfc(-x / sqrt(2));

		expect("quantile", p, silbo_exact_normal_quantile(p), x);
	}
	for (double p = 0x1p-53; p < 0.5; p *= 1.5)
		assert_true(silbo_exact_normal_quantile(1 - p) ==
		    -silbo_exact_normal_quantile(1 - (1 - p)));
	assert_true(silbo_exact_normal_quantile(0.5) == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(logarithm_is_that_of_libm),
	    cmocka_unit_test(exponential_is_that_of_libm),
	    cmocka_unit_test(roots_and_powers_are_those_of_libm),
	    cmocka_unit_test(normal_distribution_is_that_of_libm),
	    cmocka_unit_test(quantiles_undo_the_normal_distribution),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
