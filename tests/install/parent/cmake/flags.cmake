# SPDX-License-Identifier: MIT
message(FATAL_ERROR "silbo has taken the parent's flags.cmake for its own")
