// Opening a connection: its secrets are resolved once, here, for every vendor.
#pragma once
#include "integrations/common/vendor.hpp"

namespace evenkeel::integrations {

/// Error: unavailable, naming the connection, the setting and the variable or file that could not be read; invalid, when the kind does not
/// know the settings. `hook_secret` is for what comes in, and is left to the webhook.
Result<Integration> open_connection(const Vendor& vendor, const ConnectionDef& connection, http::HttpClient& http, Millis longest);

}  // namespace evenkeel::integrations
