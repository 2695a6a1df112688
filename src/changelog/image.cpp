#include "changelog/image.hpp"

#include "changelog/events.hpp"
#include "definitions/apply.hpp"
#include "markdown/markdown.hpp"

namespace evenkeel::changelog {
namespace {

constexpr std::string_view folder = "/changelog/images/";
constexpr std::size_t largest = std::size_t{2} << 20;

struct Format {
  std::string_view media_type, suffix;
};
/// Told by the first bytes, never by a name: what is served as a picture is one.
std::optional<Format> format_of(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return Format{"image/png", ".png"};
  if (bytes.starts_with("\xff\xd8\xff")) return Format{"image/jpeg", ".jpg"};
  if (bytes.starts_with("GIF87a") || bytes.starts_with("GIF89a")) return Format{"image/gif", ".gif"};
  if (bytes.size() > 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP") return Format{"image/webp", ".webp"};
  return {};
}

/// "…/<64 hexadecimal digits>.png" -> the digits; empty when it is another address.
std::string id_in(std::string_view name) {
  const auto dot = name.find('.');
  if (dot != 64 || name.substr(0, dot).find_first_not_of("0123456789abcdef") != std::string_view::npos) return {};
  return std::string(name.substr(0, dot));
}
std::string id_of(const markdown::Image& image) { return image.url.starts_with(folder) ? id_in(image.url.substr(folder.size())) : ""; }

}  // namespace

Result<ImageView> add_image(Work& work, const AddImage& command) {
  constexpr Role roles[] = {Role::author, Role::product, Role::support, Role::admin};
  if (work.actor.read_only || std::none_of(std::begin(roles), std::end(roles), [&](Role r) { return work.actor.has_anywhere(r); }))
    return forbidden("adding an image needs the role author, product, support or admin");
  auto bytes = TRY(from_base64(command.data));
  const auto format = format_of(bytes);
  if (!format) return invalid("this is no PNG, JPEG, GIF or WebP image", "data");
  if (bytes.size() > largest)
    return invalid(
        fmt::format("the image has {} KiB; at most {} are kept, and readers wait less for less", bytes.size() / 1024, largest / 1024),
        "data");
  const Image image{to_hex(sha256(bytes)), std::string(format->media_type), store::Blob{std::move(bytes)}, work.actor.id, work.now, {}};
  const auto path = fmt::format("{}{}{}", folder, image.id, format->suffix);
  const auto size = std::int64_t(image.bytes.bytes.size());
  if (store::insert(work.tx, "image", image, "ON CONFLICT (id) DO NOTHING") > 0)
    record(work, ImageAdded{.media_type = image.media_type, .bytes = size, .sha256 = image.id}, {.subject = "image:" + image.id});
  return ImageView{image.id, path, image.media_type, size, fmt::format("![]({})", path)};
}

std::optional<Image> find_image(store::Tx& tx, std::string_view name, bool signed_in) {
  const auto id = id_in(name);
  auto image = id.empty() ? std::nullopt : store::one<Image>(tx, "image", "WHERE id = $1", {id});
  if (!image || signed_in || image->published_at) return image;
  const auto o = definitions::current(tx);
  return o && (*o)->public_page.logo.contains(id) ? image : std::nullopt;
}

void publish_images(Work& work, std::string_view body) {
  for (const auto& image : markdown::images_of(body))
    if (const auto id = id_of(image); !id.empty())
      work.tx.exec("UPDATE image SET published_at = $2 WHERE id = $1 AND published_at IS NULL", {id, to_millis(work.now)});
}

std::vector<Hint> image_hints(std::string_view body) {
  std::vector<Hint> hints;
  for (const auto& image : markdown::images_of(body)) {
    if (image.text.find_first_not_of(' ') == std::string::npos)
      hints.push_back({image.line, "image_words", image.url, "say in the brackets what it shows: not everybody sees it"});
    if (id_of(image).empty())
      hints.push_back({image.line, "image_elsewhere", image.url,
                       "its owner would learn who reads, and could change it: add it with `evenkeel image add FILE`"});
  }
  return hints;
}

Result<void> images_may_be_approved(std::string_view body) {
  if (const auto hints = image_hints(body); !hints.empty())
    return conflict(fmt::format("line {}, image {}: {}", hints[0].line, hints[0].excerpt, hints[0].message));
  return {};
}

}  // namespace evenkeel::changelog
