/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* In a program that links this, a name server that never answers is asked for the names silent-0.invalid to
   silent-15.invalid: looking one of them up takes two minutes and fails. All other names are looked up as always. */

/* How many look for silent-NUMBER.invalid at the moment. */
int resolver_waiting(int number);
