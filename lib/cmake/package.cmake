# SPDX-License-Identifier: MIT
# cpack -G DEB: one package of what cmake --install installs.  For the places
# that Debian prefers configure with -DCMAKE_INSTALL_PREFIX=/usr.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME silbo)
set(CPACK_PACKAGE_CONTACT "The silbo authors")
set(CPACK_PACKAGE_VENDOR "${CPACK_PACKAGE_CONTACT}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/package_modes.cmake)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION sound)
# silbo.pc and the CMake package ask for libsodium; the program does not.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libsodium-dev, pkg-config")
find_program(SILBO_SHLIBDEPS dpkg-shlibdeps)
find_program(SILBO_FILE file)
mark_as_advanced(SILBO_SHLIBDEPS SILBO_FILE)
if(SILBO_SHLIBDEPS AND SILBO_FILE)
	set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
	set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
endif()
include(CPack)
