package io.breakwater.gateway;

import io.breakwater.gateway.rate.Rate;
import io.smallrye.config.WithDefault;
import java.util.List;

/**
 * {@code breakwater.gateway.rate.*}: how fast clients may be; {@link Rate#parse} says how a rate is
 * written. Generous: a carrier's NAT puts thousands of people behind one address, and a device that
 * was away sends all that it has written.
 */
interface RateKeys {
  Address address();

  Account account();

  Device device();

  /** Networks whose addresses are not limited; {@code none}. */
  @WithDefault("127.0.0.0/8,::1/128")
  List<String> exempt();

  /** Of each table. */
  @WithDefault("65536")
  int rows();

  /** Of one address, before it has said who it is. */
  interface Address {
    @WithDefault("200/s:5000")
    String connections();

    @WithDefault("100/s:4000")
    String hellos();

    @WithDefault("10/s:600")
    String signUps();
  }

  /** Of all devices of an account, at this gateway. */
  interface Account {
    @WithDefault("1000/s:10000")
    String sends();
  }

  /** Of one device: of all its connections at this gateway, or of the one that it has. */
  interface Device {
    /** Of a connection. */
    @WithDefault("500/s:5000")
    String sends();

    /** Of all connections: bytes of frames that are sends, and of others that are large. */
    @WithDefault("1048576/s:2097152")
    String payloadBytes();

    /** Of all connections. */
    @WithDefault("10/s:500")
    String lookUps();

    /** Of all connections: linking and signing out. */
    @WithDefault("12/m:20")
    String links();

    /** Of a connection. */
    @WithDefault("1/s:60")
    String pings();

    /** Of a connection. */
    @WithDefault("1/s:30")
    String syncs();

    /** Of a connection: all of them, whatever is in them. */
    @WithDefault("2000/s:20000")
    String frames();
  }
}
