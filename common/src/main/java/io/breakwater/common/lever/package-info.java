/**
 * Levers: values that whoever runs a server may change while it runs, and that are gone when it
 * ends. What a process has of them is listed in one {@link io.breakwater.common.lever.Levers},
 * shown and changed by its {@link io.breakwater.common.lever.LeverPage}.
 */
@NullMarked
package io.breakwater.common.lever;

import org.jspecify.annotations.NullMarked;
