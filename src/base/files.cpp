#include "base/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace evenkeel {
namespace {

class Open {
 public:
  explicit Open(const std::string& path) : path_(path), fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~Open() {
    if (fd_ >= 0) ::close(fd_);
  }
  Open(const Open&) = delete;
  Open& operator=(const Open&) = delete;

  Result<std::size_t> size() {
    struct stat facts{};
    if (fd_ < 0 || ::fstat(fd_, &facts) != 0) return problem(std::strerror(errno));
    if (S_ISDIR(facts.st_mode)) return problem("is a folder, a file was expected");
    return static_cast<std::size_t>(std::max<off_t>(0, facts.st_size));  // 0 for what is made while it is read
  }
  void go_to(std::size_t at) { ::lseek(fd_, static_cast<off_t>(at), SEEK_SET); }
  Result<std::string> rest(std::size_t expected) {
    std::string text;
    text.reserve(expected);
    char buffer[16384];
    for (;;) {
      const auto n = ::read(fd_, buffer, sizeof buffer);
      if (n > 0)
        text.append(buffer, static_cast<std::size_t>(n));
      else if (n == 0)
        return text;
      else if (errno != EINTR)
        return problem(std::strerror(errno));
    }
  }

 private:
  std::unexpected<Error> problem(const char* why) const { return invalid(fmt::format("{}: {}", path_, why), path_); }

  const std::string& path_;
  int fd_;
};

}  // namespace

Result<std::string> read_file(const std::string& path) {
  Open file(path);
  const auto size = TRY(file.size());
  return file.rest(size);
}

Result<std::string> read_end_of_file(const std::string& path, std::size_t most) {
  Open file(path);
  const auto size = TRY(file.size());
  if (size > most) file.go_to(size - most);
  return file.rest(std::min(size, most));
}

}  // namespace evenkeel
