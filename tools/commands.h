/* SPDX-License-Identifier: MIT */
/*
 * The commands of silbo.  Each is a main of its own: argv[0] is the command
 * word, the result an exit status.  keygen_main stands in keyfile.h.
 */
#ifndef SILBO_TOOLS_COMMANDS_H
#define SILBO_TOOLS_COMMANDS_H

int send_main(int argc, char *const *argv);
int recv_main(int argc, char *const *argv);
int probe_main(int argc, char *const *argv);
int recv_reflect_main(int argc, char *const *argv); /* probe --reflect */
int impair_main(int argc, char *const *argv);
int report_main(int argc, char *const *argv);
int lab_main(int argc, char *const *argv);

#endif
