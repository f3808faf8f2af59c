/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "capture.h"
#include "cli.h"
#include "status.h"

/* A terminal in stderr's place; what it was sent is read from master. */
struct terminal {
	int master, slave, saved;
	char text[1024];
};

static void
terminal_begin(struct terminal *terminal, unsigned short columns)
{
	struct winsize size = {.ws_row = 24, .ws_col = columns};
	struct termios raw;
	int slave = -1;

	terminal->master = posix_openpt(O_RDWR | O_NOCTTY);
	if (terminal->master < 0 || grantpt(terminal->master) != 0 ||
	    unlockpt(terminal->master) != 0 ||
	    (slave = open(ptsname(terminal->master), O_RDWR | O_NOCTTY)) < 0) {
		print_message("SKIP: tools.status: no pseudo-terminals here\n");
		skip();
	}
	assert_int_equal(tcgetattr(slave, &raw), 0);
	raw.c_oflag &= (tcflag_t)~OPOST; /* LF as LF */
	assert_int_equal(tcsetattr(slave, TCSANOW, &raw), 0);
	assert_int_equal(ioctl(slave, TIOCSWINSZ, &size), 0);
	terminal->saved = dup(STDERR_FILENO);
	dup2(slave, STDERR_FILENO);
	terminal->slave = slave;
}

/* What was sent comes through the kernel in pieces: read up to a last byte. */
static const char *
terminal_end(struct terminal *terminal)
{
	size_t used = 0;
	ssize_t n;

	assert_int_equal(write(STDERR_FILENO, "\x04", 1), 1);
	dup2(terminal->saved, STDERR_FILENO);
	close(terminal->saved);
	do {
		n = read(terminal->master, terminal->text + used,
		    sizeof(terminal->text) - 1 - used);
		assert_true(n > 0);
		used += (size_t)n;
	} while (terminal->text[used - 1] != '\x04');
	terminal->text[used - 1] = '\0';
	close(terminal->slave);
	close(terminal->master);
	return terminal->text;
}

static void
a_terminal_is_redrawn_in_place_and_cut_to_its_width(void **state)
{
	struct terminal terminal;

	(void)state;
	setenv("TERM", "xterm", 1);
	terminal_begin(&terminal, 10);
	status_init(false);
	assert_true(status_period() == SILBO_NS_PER_S);
	status_show("12345");
	status_show("1234567890123");
	assert_string_equal(
	    terminal_end(&terminal), "\r12345\x1b[K\r123456789\x1b[K");
	status_init(true);
}

static void
a_message_first_removes_the_status_line_and_only_once(void **state)
{
	struct terminal terminal;

	(void)state;
	setenv("TERM", "xterm", 1);
	cli_set_program("silbo test");
	terminal_begin(&terminal, 80);
	status_init(false);
	cli_error("a");
	status_show("busy");
	cli_error("b");
	cli_hint("c");
	assert_string_equal(terminal_end(&terminal),
	    "silbo test: a\n"
	    "\rbusy\x1b[K\r\x1b[Ksilbo test: b\n"
	    "  hint: c\n");
	status_init(true);
}

static void
a_dumb_terminal_gets_lines(void **state)
{
	struct terminal terminal;

	(void)state;
	setenv("TERM", "dumb", 1);
	terminal_begin(&terminal, 10);
	status_init(false);
	assert_true(status_period() == 10 * SILBO_NS_PER_S);
	status_show("1234567890123");
	status_clear();
	assert_string_equal(terminal_end(&terminal), "1234567890123\n");
	status_init(true);
}

static void
a_file_gets_lines_and_quiet_gets_nothing(void **state)
{
	struct capture err;
	char line[2000];

	(void)state;
	setenv("TERM", "xterm", 1);
	capture_begin(&err, stderr);
	status_init(false);
	assert_true(status_period() == 10 * SILBO_NS_PER_S);
	status_show("one");
	status_show("two");
	assert_string_equal(capture_end(&err), "one\ntwo\n");

	capture_begin(&err, stderr);
	status_init(true);
	assert_true(status_period() == SILBO_TIME_NEVER);
	status_show("three");
	status_clear();
	assert_string_equal(capture_end(&err), "");

	/* However long: one line, ended. */
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\0';
	capture_begin(&err, stderr);
	status_init(false);
	status_show(line);
	capture_end(&err);
	assert_int_equal(err.text[strlen(err.text) - 1], '\n');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_terminal_is_redrawn_in_place_and_cut_to_its_width),
	    cmocka_unit_test(
		a_message_first_removes_the_status_line_and_only_once),
	    cmocka_unit_test(a_dumb_terminal_gets_lines),
	    cmocka_unit_test(a_file_gets_lines_and_quiet_gets_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
