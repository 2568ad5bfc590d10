package dev.penstock.router.admission;

/** What a request is told that wants to be in flight: a place, or why there is none. */
public sealed interface Entry permits Place, Refusal {}
