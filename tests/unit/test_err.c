/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <silbo/err.h>

static void
every_verdict_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < SILBO_VERDICTS; i++) {
		const char *name = silbo_verdict_name((enum silbo_verdict)i);

		assert_string_not_equal(name, "unknown verdict");
		for (int j = 0; j < i; j++)
			assert_string_not_equal(
			    name, silbo_verdict_name((enum silbo_verdict)j));
	}
	assert_string_equal(
	    silbo_verdict_name(SILBO_VERDICTS), "unknown verdict");
}

static void
only_the_first_three_verdicts_are_accepted(void **state)
{
	(void)state;
	for (int i = 0; i < SILBO_VERDICTS; i++) {
		bool dropped =
		    strncmp(silbo_verdict_name((enum silbo_verdict)i), "drop_",
			5) == 0;

		assert_int_equal(
		    silbo_verdict_is_accepted((enum silbo_verdict)i), !dropped);
	}
}

static void
every_error_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = SILBO_ERR_SPACE; i >= SILBO_ERR_RANGE; i--) {
		assert_string_not_equal(silbo_err_name(i), "unknown error");
		for (int j = SILBO_ERR_SPACE; j > i; j--)
			assert_string_not_equal(
			    silbo_err_name(i), silbo_err_name(j));
	}
	assert_string_equal(silbo_err_name(-1), "unknown error");
	assert_string_equal(
	    silbo_err_name(SILBO_ERR_RANGE - 1), "unknown error");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_verdict_has_a_name_of_its_own),
	    cmocka_unit_test(only_the_first_three_verdicts_are_accepted),
	    cmocka_unit_test(every_error_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
