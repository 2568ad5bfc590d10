package dev.penstock.router.admission.keys;

import dev.penstock.router.admission.Caller;

/**
 * What a request may do.
 *
 * @param caller on whose behalf it runs
 * @param name of its key in the key file, fit for logs; empty when there is no file
 * @param models which models it may ask for
 * @param admin whether it may see and change what concerns everybody
 * @param quota how often it may ask
 */
public record Grant(Caller caller, String name, ModelPatterns models, boolean admin, Quota quota) {
  /** Of whoever sends no key to a router without a key file. */
  static final Grant ANYBODY = everything(Caller.ANONYMOUS);

  static Grant everything(Caller caller) {
    return new Grant(caller, "", ModelPatterns.ALL, true, Quota.UNLIMITED);
  }
}
