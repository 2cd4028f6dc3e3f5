"""Helpers that several tests share; none of them is a test.

Deliveries and workspaces
    deliveries : small extracts as lists of dicts, written into an inbox; runs the command line in this process.
    small : a small corporation loaded without the gate.
    demo : reads a demo corporation's files without our readers.
    year : a year of weekly deliveries with late corrections.
    damage, damaged_files : good deliveries damaged, as tables and as bytes.
    ordinary : an ordinary corporation of 80 homes and its next week, as rows of text.
    changes, odd : change an ordinary delivery into an odd one.
    meanings : well-formed deliveries that mean something other than they seem.
    doubted : the doubts about one delivery, beside those that were loaded.
    one_file : reads one delivery without a workspace and a gate.
    contracts : a folder of contracts that a test can extend or damage.
    workspace_0.1.0.tar.xz : a workspace that version 0.1.0 made, for the test of upgrading.
    realdata : the public data sets, counted from their files alone.

Histories, panels and lists
    history : staged tables written as text, and features asked of them.
    worlds : generated staged histories for comparing engines; `agreement` compares the answers.
    panels : small training panels.
    learning : a small card and the panel that it learns from.
    lists : candidates, facts and list entries.
    effect_worlds, effect_warehouse : corporations whose effect of a visit is known, in memory and in a warehouse.
    chain_worlds : a year of a region, without bias or with one bias at one step.
    seals : sealed lists of two corporations.

The world around
    portal_home : a portal and a pipeline in processes of their own.
    new_stores : makes the stores of a workspace once in a test run.
    portal_tables : makes the tables of a portal once in a test run.
    postgres : a PostgreSQL cluster for the tests.
    receiver : a program that receives webhooks.
    disks : a disk of 64 kB.
    quicker : leaves out what costs most in each test and is tested once elsewhere.
    breaking : breaks a function or a file for the length of a block.
    clock : which test modules depend on what day it is.
    faked : lets a process sleep under faketime.
    cost : `pytest --cost` reports the processor seconds of each test file.
    cases : how many cases a test tries in `make test` and in `make test-long`.
    left_out : what `make quick` leaves out, by the marks of the modules.
    readability : how easy a Dutch text is to read.
    waits : gives each wait for a process a limit that names it.
    walk : runs the code blocks of a docs page in order.
    independent : reads a delivery with other libraries than the product's.
"""

QUERIES = "WAAKVLAM_TEST_QUERIES"
"""Variable with the folder for the queries that the processes of a test run compile."""
