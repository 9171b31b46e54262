package io.flowpp.platform.doctor;

/** Looks at one thing. Says what it finds, whatever that is: it throws nothing. */
interface Examination {
  Finding look();
}
