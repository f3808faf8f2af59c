/* SPDX-License-Identifier: MIT */
/*
 * The few functions of real numbers that the network model needs, with the same
 * bits on every machine: built from the four operations of IEEE 754 doubles
 * alone, which round the same way everywhere.  libm does not promise that.
 *
 * Good to about 1 part in 10^13 (tests/sim/test_exact.c), which is far beyond
 * what a model of a network can mean.
 */
#ifndef SILBO_EXACT_H
#define SILBO_EXACT_H

#include <stdint.h>

/* Natural logarithm; x normal and above 0. */
double silbo_exact_log(double x);

/* e^x; 0 below -708, and as at 709 above. */
double silbo_exact_exp(double x);

/* Square root; x >= 0. */
double silbo_exact_sqrt(double x);

/* x^n by squaring, which loses up to n 2^-53 of it. */
double silbo_exact_power(double x, uint64_t n);

/* The n-th root; 0 <= x, 1 <= n. */
double silbo_exact_root(double x, uint64_t n);

/* Of the standard normal distribution: P(X < x), and its inverse for 0 < p < 1.
 */
double silbo_exact_normal(double x);
double silbo_exact_normal_quantile(double p);

#endif
