"""The store that exchanges files: FTP, FTPS and SFTP servers over folders that the store itself writes and reads."""
