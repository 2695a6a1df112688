#include "comms/publish_place.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "gitlog/plumbing.hpp"

namespace evenkeel::comms {
namespace fs = std::filesystem;

namespace {

bool is_below(const fs::path& place, const fs::path& folder) {
  const auto [in_folder, in_place] = std::mismatch(folder.begin(), folder.end(), place.begin(), place.end());
  return in_folder == folder.end() && !folder.empty();
}

}  // namespace

Result<std::string> publish_place(const std::vector<std::string>& folders, const std::string& path) {
  if (folders.empty())
    return forbidden(
        fmt::format("{} is not written: this server writes nowhere; the operator names the folder with --publish-under", path));
  std::error_code ec;
  for (const auto& part : fs::path(path))
    if (part == "..") return forbidden(fmt::format("{} is not written: a path with '..' is not followed", path));
  const auto place = fs::weakly_canonical(fs::absolute(path), ec);
  if (ec) return unavailable(fmt::format("{}: {}", path, ec.message()));
  fs::path so_far;
  for (const auto& part : place)  // a link that leads to nothing yet is not resolved above, and could lead anywhere later
    if (fs::is_symlink(so_far /= part, ec))
      return forbidden(fmt::format("{} is not written: {} is a link to nothing", path, so_far.string()));
  for (const auto& folder : folders) {
    auto root = fs::weakly_canonical(fs::absolute(folder), ec);
    if (!ec && root.has_filename() && is_below(place, root)) return place.string();
  }
  return forbidden(fmt::format("{} is not written: {}; the operator names a folder with --publish-under", path,
                               place == fs::absolute(path).lexically_normal() ? "it lies outside the folders that channels may write to"
                                                                              : "it leads outside the folders that channels may write to"));
}

Result<std::string> publish_repository(const std::vector<std::string>& folders, const std::string& path) {
  auto place = TRY(publish_place(folders, path));
  const gitlog::Git git{place};
  for (const auto* part : {"--git-dir", "--git-common-dir"})
    if (const auto dir = git.run({"rev-parse", "--path-format=absolute", part})) TRY(publish_place(folders, *dir));
  return place;
}

Result<void> write_whole(const std::string& path, const std::string& text) {
  const auto beside = path + ".evenkeel~";
  ::unlink(beside.c_str());
  const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (fd < 0) return unavailable(fmt::format("{} cannot be written: {}", beside, std::strerror(errno)));
  std::size_t done = 0;
  while (done < text.size()) {
    const auto n = ::write(fd, text.data() + done, text.size() - done);
    if (n <= 0) break;
    done += std::size_t(n);
  }
  const bool kept = done == text.size() && ::fsync(fd) == 0;
  const auto reason = std::string(std::strerror(errno));
  ::close(fd);
  std::error_code ec;
  if (const auto old = fs::symlink_status(path, ec); !ec && fs::is_regular_file(old)) fs::permissions(beside, old.permissions(), ec);
  if (kept) fs::rename(beside, path, ec);
  if (kept && !ec) return {};
  const auto why = kept ? ec.message() : reason;
  fs::remove(beside, ec);
  return unavailable(fmt::format("{} cannot be written: {}", path, why));
}

}  // namespace evenkeel::comms
