/** Who may ask what: API keys, their galleries and rates, and which web pages' scripts are listened to. */
package io.sightline.connectors.bridge.access;
