#include "app/private_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace evenkeel::app {
namespace {

Result<void> only_ours(const std::string& path, const char* what, const char* mode) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return {};
  if ((found.st_mode & 077) == 0) return {};
  return fail(ErrorKind::unavailable,
              fmt::format("{} {} is open to others (mode {:04o}); close it with `chmod {} {}` and look who has read it", what, path,
                          unsigned(found.st_mode & 07777), mode, path));
}

/// The file of an SQLite database; empty when it has none.
std::string file_of(const std::string& database) {
  if (database.starts_with("postgres://") || database.starts_with("postgresql://") || database.starts_with(":memory:")) return {};
  return database.starts_with("file:") ? database.substr(5, database.find('?') - 5) : database;
}

}  // namespace

Result<void> find_database(const std::string& database) {
  const auto path = file_of(database);
  std::error_code ec;
  if (path.empty() || std::filesystem::exists(path, ec)) return {};
  return not_found(
      fmt::format("there is no database {}; `evenkeel serve --db {}` begins one, `evenkeel restore` puts a backup back", path, path));
}

Result<void> keep_database_private(const std::string& database) {
  const auto path = file_of(database);
  if (path.empty()) return {};
  for (const auto* beside : {"", "-wal", "-shm"}) TRY(only_ours(path + beside, "the database", "600"));
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);  // SQLite gives its other files this one's mode
  if (fd >= 0) ::close(fd);
  return {};
}

Result<void> keep_folder_private(const std::string& folder) {
  std::error_code ec;
  const auto parent = std::filesystem::path(folder).parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent, ec);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return unavailable(fmt::format("the state folder {} cannot be made: {}", folder, std::strerror(errno)));
  return only_ours(folder, "the state folder", "700");
}

}  // namespace evenkeel::app
