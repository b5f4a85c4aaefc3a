// Sends a file to the server as a frame. XMLHttpRequest, because fetch tells
// nothing of how much was sent.

const types = {
  csv: 'text/csv', gz: 'text/csv', parquet: 'application/vnd.apache.parquet',
  arrow: 'application/vnd.apache.arrow.file', feather: 'application/vnd.apache.arrow.file',
};

export function upload(file, progress) {
  const type = types[file.name.split('.').at(-1).toLowerCase()];
  if (!type) return Promise.reject(new Error(`${file.name}: not a .csv, .csv.gz, .parquet, .arrow or .feather file`));
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open('POST', 'v1/frames?name=' + encodeURIComponent(file.name));
    xhr.setRequestHeader('Content-Type', type);
    xhr.responseType = 'json';
    xhr.upload.onprogress = ({ loaded, total }) =>
      progress(loaded / total, loaded < total ? `${file.name}: ${Math.round(100 * loaded / total)} % sent` : `${file.name}: reading…`);
    xhr.onerror = () => reject(new Error(`${file.name}: the connection was lost`));
    xhr.onload = () => xhr.status === 201 ? resolve(xhr.response)
      : reject(new Error(`${file.name}: ${xhr.response?.detail ?? xhr.response?.title ?? xhr.statusText}`));
    xhr.send(file);
  });
}
