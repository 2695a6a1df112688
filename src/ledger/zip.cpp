#include "ledger/zip.hpp"

#include <fmt/format.h>
#include <zip.h>

namespace evenkeel::ledger {
namespace {

constexpr std::size_t most_unpacked = 256u << 20;

}  // namespace

std::string zip_of(const std::map<std::string, std::string>& files) {
  zip_error_t error;
  zip_error_init(&error);
  auto* source = zip_source_buffer_create(nullptr, 0, 0, &error);
  auto* zip = zip_open_from_source(source, ZIP_TRUNCATE, &error);
  zip_source_keep(source);                  // so that what was written can be read back after the close
  for (const auto& [name, text] : files) {  // libzip reads the buffers at the close: `files` outlives it
    auto* part = zip_source_buffer(zip, text.data(), text.size(), 0);
    const auto index = zip_file_add(zip, name.c_str(), part, ZIP_FL_OVERWRITE);
    if (index >= 0) zip_file_set_mtime(zip, static_cast<zip_uint64_t>(index), 0, 0);
  }
  zip_close(zip);
  zip_source_open(source);
  zip_stat_t stat;
  zip_source_stat(source, &stat);
  std::string out(stat.size, '\0');
  zip_source_read(source, out.data(), out.size());
  zip_source_close(source);
  zip_source_free(source);
  return out;
}

Result<std::map<std::string, std::string>> unzip(const std::string& bytes) {
  zip_error_t error;
  zip_error_init(&error);
  auto* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  auto* zip = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
  if (!zip) {
    zip_source_free(source);
    return invalid(fmt::format("not a zip archive: {}", zip_error_strerror(&error)));
  }
  std::map<std::string, std::string> files;
  std::size_t total = 0;
  for (zip_int64_t i = 0; i < zip_get_num_entries(zip, 0); ++i) {
    zip_stat_t stat;
    if (zip_stat_index(zip, static_cast<zip_uint64_t>(i), 0, &stat) != 0 || (total += stat.size) > most_unpacked) {
      zip_close(zip);
      return invalid("the archive is damaged or too large");
    }
    std::string text(stat.size, '\0');
    auto* file = zip_fopen_index(zip, static_cast<zip_uint64_t>(i), 0);
    const bool whole = file && zip_fread(file, text.data(), text.size()) == static_cast<zip_int64_t>(text.size());
    if (file) zip_fclose(file);
    const std::string name = stat.name;
    if (!whole || !files.emplace(name, std::move(text)).second) {
      zip_close(zip);
      return invalid(fmt::format("'{}' in the archive is {}", name, whole ? "there twice" : "damaged"));
    }
  }
  zip_close(zip);
  return files;
}

}  // namespace evenkeel::ledger
