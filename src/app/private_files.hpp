// The database holds password hashes and everybody's words, the state folder holds the ledger key and what commands print: they are for
// the server's own user alone. What is made is made so (0600, 0700); what is there and is open to others is refused, with the command that
// mends it, rather than mended silently: others may have read it by then, and somebody should know.
#pragma once
#include <string>

#include "base/result.hpp"

namespace evenkeel::app {

/// A file of SQLite, or the address of PostgreSQL, for which there is nothing to do. Makes an empty file when there is none.
Result<void> keep_database_private(const std::string& database);
/// Error: not_found when it is a file that is not there.
Result<void> find_database(const std::string& database);
/// Makes the folder when there is none.
Result<void> keep_folder_private(const std::string& folder);

}  // namespace evenkeel::app
