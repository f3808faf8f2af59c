# SPDX-License-Identifier: MIT
# What is installed of the library.  silbo/media.h and silbo/score.h are no
# part of it: media is linked into the program only.  No installed file knows
# where it was built, nor where it is: the whole tree may be moved.
include(CMakePackageConfigHelpers)
set(silbo_package ${CMAKE_INSTALL_LIBDIR}/cmake/silbo)
set(silbo_libraries silbo_core silbo_net silbo_sim silbo_static)
if(SILBO_BUILD_SHARED)
	list(APPEND silbo_libraries silbo_shared)
endif()

install(TARGETS ${silbo_libraries} EXPORT silbo
	INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/silbo DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
	FILES_MATCHING PATTERN *.h PATTERN media.h EXCLUDE
	PATTERN score.h EXCLUDE)

install(EXPORT silbo NAMESPACE silbo:: FILE silboTargets.cmake
	DESTINATION ${silbo_package})
configure_package_config_file(cmake/silboConfig.cmake.in silboConfig.cmake
	INSTALL_DESTINATION ${silbo_package}
	NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(silboConfigVersion.cmake
	COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/silboConfig.cmake
	${CMAKE_CURRENT_BINARY_DIR}/silboConfigVersion.cmake
	DESTINATION ${silbo_package})

# silbo.pc names its neighbours by the way from its own directory to theirs.
set(silbo_pc ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH silbo_prefix ${silbo_pc} ${CMAKE_INSTALL_PREFIX})
file(RELATIVE_PATH silbo_libdir ${silbo_pc} ${CMAKE_INSTALL_FULL_LIBDIR})
file(RELATIVE_PATH silbo_includedir
	${silbo_pc} ${CMAKE_INSTALL_FULL_INCLUDEDIR})
configure_file(cmake/silbo.pc.in silbo.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/silbo.pc
	DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
