// Which secrets of the server (${env:NAME}, ${file:PATH}) the definitions name, and who may let them.
//
// The rule: an entry that names a secret says with the same breath where the secret is sent, so it is added or changed by an admin alone,
// whole. Anybody else may apply definitions in which every such entry stands exactly as it stood. An entry is the element of a list around
// the reference: one connection, one channel, one step.
#pragma once
#include <map>

#include "definitions/organisation.hpp"

namespace evenkeel::definitions {

/// Every reference once, in the order of the file.
std::vector<std::string> secret_references(const Organisation& organisation);
/// The values of those that this machine can resolve.
std::vector<std::string> known_secrets(const Organisation& organisation);

/// The same without what should never have stood in it: addresses of chats that were applied before they had to be references.
Organisation without_secret_addresses(Organisation organisation);

/// Error: forbidden, naming each entry ("channels.room") that names a secret and is not in `before`. For whoever is no admin.
Result<void> names_no_new_secret(const Organisation& before, const Organisation& after);

}  // namespace evenkeel::definitions
