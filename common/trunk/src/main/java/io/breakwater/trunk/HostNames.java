package io.breakwater.trunk;

/** What the host name that was connected to means for the certificate that is shown there. */
public enum HostNames {
  /** Nothing: the role alone counts. Nodes are found by addresses that change. */
  IGNORED,

  /** The certificate has to be for it, besides its role. */
  CHECKED
}
