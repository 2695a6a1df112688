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

}  // namespace

Result<void> keep_database_private(const std::string& database) {
  if (database.starts_with("postgres://") || database.starts_with("postgresql://")) return {};
  if (database.starts_with(":memory:")) return {};
  auto path = database.starts_with("file:") ? database.substr(5) : database;
  if (database.starts_with("file:")) path = path.substr(0, path.find('?'));
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
