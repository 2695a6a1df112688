// Files read as a whole. A file stream throws where a read fails on the way (a process of /proc that ends, a bad disk); here that is an
// error like any other.
#pragma once
#include <cstddef>
#include <string>

#include "base/result.hpp"

namespace evenkeel {

/// All bytes of a file. Errors: invalid, with the path and the system's reason: it is not there, not ours to read, a folder, cannot be
/// read to its end.
Result<std::string> read_file(const std::string& path);

/// Its last `most` bytes, fewer where it is shorter. Errors: as `read_file`.
Result<std::string> read_end_of_file(const std::string& path, std::size_t most);

}  // namespace evenkeel
