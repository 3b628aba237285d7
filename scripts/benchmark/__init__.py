# SPDX-License-Identifier: Apache-2.0
"""What `make bench` does: worlds to measure in, measurements, and a report of them.

command   arguments, building, the order of things
world     a mongod with records and a simulator with the clouds that they are about
measure   `run --once` and the running service, watched from outside
floor     the least that any program would have to do
model     a model of OSM's own monitor
cases     which sizes are measured how often
special   questions with worlds of their own: objects nobody watches, latency, one slow account
checks    what has to hold whatever the machine, or figures would compare different work
targets   what was asked for, and whether it is met
report    Markdown and JSON
plot      the drawing
figures   many measurements as medians and spread
selfcheck all of the above on made-up figures
machine   what it all runs on
"""
